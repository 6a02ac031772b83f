/**
 * The scheduler inside the simulated world: the engine's own planner, detectors and migration
 * rules, fed with simulated telemetry on virtual time.
 *
 * <p>Start at {@link dev.hejin.lab.control.ServiceScheduler}.
 */
@NullMarked
package dev.hejin.lab.control;

import org.jspecify.annotations.NullMarked;
