/**
 * Faults of a simulated fleet at the rates that were published of real ones: what breaks, together
 * with what, when, for how long; and how fast a device is at each moment of a day.
 *
 * <p>Start at {@link dev.hejin.agent.simulation.fault.FaultSchedule}; {@link
 * dev.hejin.agent.simulation.fault.FaultMonth} counts and compares with what was published.
 *
 * <p>Promises: same shape and seed, same faults. Rates are published, with source; scopes,
 * durations and depths that nobody published are assumptions and are named so.
 *
 * <p>Never here: clocks, threads, I/O.
 */
@NullMarked
package dev.hejin.agent.simulation.fault;

import org.jspecify.annotations.NullMarked;
