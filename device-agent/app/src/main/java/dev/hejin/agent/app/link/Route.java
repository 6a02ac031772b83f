package dev.hejin.agent.app.link;

import java.util.List;
import java.util.Optional;

/**
 * Which scheduler to try next: the one that the last answer named, else the next of the list. A
 * round through the list costs no waiting; a second one without success does.
 */
final class Route {
  private static final int MOST_HINTS = 3;

  private final List<String> addresses;
  private String target;
  private int next;
  private int failures;
  private int hints;

  Route(List<String> addresses) {
    this.addresses = List.copyOf(addresses);
    this.target = addresses.getFirst();
  }

  String target() {
    return target;
  }

  /** The target has taken the node. */
  void succeeded() {
    failures = 0;
    hints = 0;
  }

  /**
   * The target has not, or no longer.
   *
   * @param leader that it named
   * @return whether to wait before the next attempt
   */
  boolean failed(Optional<String> leader) {
    if (leader.isPresent() && !leader.get().equals(target) && hints < MOST_HINTS) {
      hints++;
      target = leader.get();
      return false;
    }
    failures++;
    next = (next + 1) % addresses.size();
    target = addresses.get(next);
    boolean wait = failures % addresses.size() == 0;
    if (wait) {
      hints = 0;
    }
    return wait;
  }
}
