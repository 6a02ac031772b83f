package dev.hejin.lab.serving;

import dev.hejin.lab.physics.StagePhysics;
import dev.hejin.lab.physics.StepWork;

/** Takes note of what an engine does. */
public interface ServiceObserver {
  /** A request came. */
  void arrived(double seconds);

  /** A request was not taken. */
  void refused(double arrivalSeconds);

  /** Tokens came out. */
  void tokens(double seconds, double count);

  /** The first token of an answer came. */
  void first(double arrivalSeconds, double seconds);

  /** An answer is whole. */
  void finished(double arrivalSeconds, double firstSeconds, double seconds, int outputTokens);

  /** A request was not through at the end. */
  void unfinished(double arrivalSeconds, double firstSeconds, double endSeconds);

  /** A stage worked on a microbatch. */
  void stage(
      int stage,
      int group,
      double waitedSinceSeconds,
      double startSeconds,
      double endSeconds,
      StagePhysics physics,
      StepWork work);
}
