/**
 * Pure estimates: what weights, caches and buffers weigh, and how long a step takes.
 *
 * <p>Start at {@link dev.hejin.scheduler.cost.StageCost} for time and {@link
 * dev.hejin.scheduler.cost.MemoryModel} for bytes; every constant is in {@link
 * dev.hejin.scheduler.cost.CostConstants}, from the calibration where it is measured.
 *
 * <p>Promises: no state, no chance; an unknown figure is never taken silently, see {@link
 * dev.hejin.scheduler.cost.Assumptions}.
 *
 * <p>Imports {@code model} and its own sub-packages. Never here: clocks, threads, I/O.
 */
@NullMarked
package dev.hejin.scheduler.cost;

import org.jspecify.annotations.NullMarked;
