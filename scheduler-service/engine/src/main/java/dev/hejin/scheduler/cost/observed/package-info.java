/**
 * Keeps the cost model true while it runs: what devices report against what was predicted.
 *
 * <p>Start at {@link dev.hejin.scheduler.cost.observed.ObservedCost}. {@link
 * dev.hejin.scheduler.cost.observed.RobustScale} is the estimate of one device and phase.
 *
 * <p>Promises: the same samples in the same order give the same scales; one odd window moves
 * nothing far; what was seen long ago fades. Imports {@code model}. Never here: clocks, threads,
 * I/O.
 */
@NullMarked
package dev.hejin.scheduler.cost.observed;

import org.jspecify.annotations.NullMarked;
