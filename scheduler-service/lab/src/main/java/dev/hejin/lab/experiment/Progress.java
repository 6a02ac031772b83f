package dev.hejin.lab.experiment;

import dev.hejin.lab.trial.TrialResult;

/** Is told how a run goes, by one thread at a time. */
public interface Progress {
  /**
   * A trial ended.
   *
   * @param done trials that ended, with those of earlier runs
   * @param all trials of the experiment
   * @param takenOver whether the result was known from an earlier run
   */
  void ended(int done, int all, Arm arm, TrialResult result, boolean takenOver);
}
