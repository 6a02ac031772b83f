package dev.hejin.lab.trial;

/** A world in which one variant of a scenario can be tried. */
public interface Simulator {
  /**
   * Simulates the scenario to its end. The seed decides all chance in it: two variants under one
   * seed meet the same requests, the same routing and the same faults.
   *
   * <p>A policy that throws or plans what is not valid is this trial's failure ({@link
   * TrialResult#failure}), never an exception.
   */
  TrialResult run(Variant variant, long seed);
}
