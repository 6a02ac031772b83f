/**
 * What one simulation is asked and what it answers: the line between the simulated world and the
 * experiments that are made with it.
 *
 * <p>Start at {@link dev.hejin.lab.trial.Simulator}. Values only; the same question has the same
 * answer, whichever thread asks.
 */
@NullMarked
package dev.hejin.lab.trial;

import org.jspecify.annotations.NullMarked;
