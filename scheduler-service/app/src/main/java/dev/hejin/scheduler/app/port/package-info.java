/**
 * What the runtime and its adapters hand to each other: plain values and one interface.
 *
 * <p>Start at {@link dev.hejin.scheduler.app.port.DeploymentView} and {@link
 * dev.hejin.scheduler.app.port.AgentLink}. Everything here is immutable or implemented by an
 * adapter; the runtime knows no adapter's types and adapters know none of each other's.
 *
 * <p>Never here: generated messages, decisions.
 */
@NullMarked
package dev.hejin.scheduler.app.port;

import org.jspecify.annotations.NullMarked;
