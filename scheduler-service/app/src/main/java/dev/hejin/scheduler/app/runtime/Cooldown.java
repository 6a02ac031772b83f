package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.lifecycle.DeploymentEntry;

/** The least time from an active epoch to the next plan that nobody forces. */
final class Cooldown {
  private final long millis;
  private final Committer committer;

  Cooldown(long millis, Committer committer) {
    this.millis = millis;
    this.committer = committer;
  }

  long millis() {
    return millis;
  }

  /**
   * Whether the active epoch is too young. The log has its time by the clock of whoever led then;
   * one that lies in the future says nothing and holds nothing up.
   */
  boolean lasts(DeploymentEntry entry) {
    long age = committer.dayTimeMillis() - entry.epochs().getLast().activeMillis();
    return age >= 0 && age < millis;
  }
}
