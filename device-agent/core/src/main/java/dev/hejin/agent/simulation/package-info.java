/**
 * Devices without silicon: what they hold, how long their work takes, what they report.
 *
 * <p>Start at {@link dev.hejin.agent.simulation.SimulatedWorld}; the physics are in {@link
 * dev.hejin.agent.simulation.MicrobatchPhysics}.
 *
 * <p>Promises: same seed, same orders, same times: same figures. Knows nothing of the scheduler's
 * cost model and shares no constant with it.
 *
 * <p>Never here: clocks, threads, unseeded chance, generated messages.
 */
@NullMarked
package dev.hejin.agent.simulation;

import org.jspecify.annotations.NullMarked;
