package dev.hejin.scheduler.lifecycle;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.Node;

/**
 * A node as the log knows it.
 *
 * @param node last registered capability
 * @param online whether its agent is there
 * @param drained whether an operator wants it empty
 * @param reason of the last change; empty when there is none
 */
public record NodeEntry(Node node, boolean online, boolean drained, String reason) {
  public NodeEntry {
    requireNonNull(node, "node");
    requireNonNull(reason, "reason");
  }

  /** Whether plans may use it. */
  public boolean isUsable() {
    return online && !drained;
  }
}
