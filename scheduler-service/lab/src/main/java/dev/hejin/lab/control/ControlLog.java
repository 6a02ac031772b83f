package dev.hejin.lab.control;

import dev.hejin.lab.physics.StepWork;

/** Takes note of what the scheduler does. */
public interface ControlLog {
  /**
   * Something happened.
   *
   * @param kind {@code fault}, {@code recovery}, {@code plan} or {@code migration}
   */
  void event(double seconds, String kind, String text);

  /** Whether shards are on their way from now on. */
  void moving(boolean isMoving);

  /** Whether nothing can be served from now on. */
  void unserved(double seconds, boolean isUnserved);

  /** The mean of the iterations since it was asked last, and how many they were. */
  Window takeWindow();

  /** A window. */
  record Window(StepWork work, long steps) {}
}
