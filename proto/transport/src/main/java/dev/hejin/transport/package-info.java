/**
 * How the contracts travel: TLS from PEM files that may change at any time, and bearer tokens.
 *
 * <p>Start at {@link dev.hejin.transport.ClientSecurity} (agent, client) and {@link
 * dev.hejin.transport.PemIdentity} (both ends). Scheduler, agent and client share it, so that one
 * set of files means the same to all.
 *
 * <p>Never here: who may do what. Nothing of a key or a token is logged or put into a message.
 */
@NullMarked
package dev.hejin.transport;

import org.jspecify.annotations.NullMarked;
