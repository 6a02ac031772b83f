/**
 * How sure a figure is: intervals of means, differences with and without pairs, and the correction
 * when many differences are looked at.
 *
 * <p>Start at {@link dev.hejin.lab.statistics.Difference}. Plain arrays in, values out; the
 * distributions are those of Hipparchus.
 */
@NullMarked
package dev.hejin.lab.statistics;

import org.jspecify.annotations.NullMarked;
