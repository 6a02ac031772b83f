/**
 * Many trials of one scenario: every arm under the same seeds, on as many threads as there are
 * cores, with results that depend on neither their number nor on what was interrupted.
 *
 * <p>Start at {@link dev.hejin.lab.experiment.ExperimentRunner}. What a trial measured is written
 * to the {@link dev.hejin.lab.experiment.Journal} as soon as it ends, so that a run can go on
 * later.
 *
 * <p>Never here: the time of day. What is in an {@link dev.hejin.lab.experiment.Outcome} is the
 * same in every run of the same plan.
 */
@NullMarked
package dev.hejin.lab.experiment;

import org.jspecify.annotations.NullMarked;
