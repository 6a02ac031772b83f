package dev.hejin.agent.app.link;

/**
 * The highest term of a leader that any node of this process has seen. Leaders of lower terms are
 * obeyed no more: one that was paused does not know yet that it was replaced.
 */
final class Terms {
  private long highest;

  void see(long term) {
    highest = Math.max(highest, term);
  }

  boolean isOver(long term) {
    return term < highest;
  }

  long highest() {
    return highest;
  }
}
