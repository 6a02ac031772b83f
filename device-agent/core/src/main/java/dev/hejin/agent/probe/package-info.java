/**
 * What a node is made of. Vendor probes stand in the app; here are those that need no vendor.
 *
 * <p>Start at {@link dev.hejin.agent.probe.Probe}.
 *
 * <p>Never here: clocks, threads, I/O, generated messages.
 */
@NullMarked
package dev.hejin.agent.probe;

import org.jspecify.annotations.NullMarked;
