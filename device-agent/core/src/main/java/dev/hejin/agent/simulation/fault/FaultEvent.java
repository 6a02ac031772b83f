package dev.hejin.agent.simulation.fault;

import static java.util.Objects.requireNonNull;

/**
 * One fault.
 *
 * @param startSeconds since the fleet began
 * @param endSeconds when all is as before
 * @param cause the cause's name, in lower case
 * @param effect what becomes of the devices
 * @param factor of speed (SLOW) or bandwidth (SLOW_LINK) meanwhile; 0 for LOST
 * @param firstNode first of the nodes that it takes
 * @param nodes how many
 * @param device index in its node; -1: all of them
 */
public record FaultEvent(
    double startSeconds,
    double endSeconds,
    String cause,
    FaultScope scope,
    Effect effect,
    double factor,
    int firstNode,
    int nodes,
    int device) {
  /** What becomes of devices. */
  public enum Effect {
    LOST,
    SLOW,
    SLOW_LINK
  }

  public FaultEvent {
    requireNonNull(cause, "cause");
    requireNonNull(scope, "scope");
    requireNonNull(effect, "effect");
  }

  /** Tells whether it holds a device at a moment. */
  public boolean holds(int node, int index, double seconds) {
    return seconds >= startSeconds
        && seconds < endSeconds
        && node >= firstNode
        && node < firstNode + nodes
        && (device < 0 || device == index);
  }
}
