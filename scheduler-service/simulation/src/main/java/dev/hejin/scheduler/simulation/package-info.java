/**
 * A seeded virtual cluster on a virtual clock: agents, a network that delays and repeats, faults.
 *
 * <p>Start at {@link dev.hejin.scheduler.simulation.ClusterSimulation}. The same seed gives the
 * same run.
 *
 * <p>Never here: threads, the system clock, unseeded random.
 */
@NullMarked
package dev.hejin.scheduler.simulation;

import org.jspecify.annotations.NullMarked;
