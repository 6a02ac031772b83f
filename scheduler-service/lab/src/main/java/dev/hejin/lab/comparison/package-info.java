/**
 * Which arm of an experiment is better, by how much, and how sure that is.
 *
 * <p>Start at {@link dev.hejin.lab.comparison.Comparisons} for one experiment, and at {@link
 * dev.hejin.lab.comparison.Regressions} for two result files.
 *
 * <p>Promises: a difference is called one only when Holm's correction over all arms that are
 * compared in the same measure leaves its p below 0.05.
 */
@NullMarked
package dev.hejin.lab.comparison;

import org.jspecify.annotations.NullMarked;
