/**
 * Fits the few parameters of a cost curve to measurements, robustly and without chance.
 *
 * <p>Start at {@link dev.hejin.scheduler.cost.fit.RobustFit}. A curve names its parameters with a
 * prior value and how far a fit may leave it; see {@link dev.hejin.scheduler.cost.fit.Parameter}.
 *
 * <p>Promises: plain Java, the same input gives the same output, no I/O. Imports the JDK only.
 */
@NullMarked
package dev.hejin.scheduler.cost.fit;

import org.jspecify.annotations.NullMarked;
