package dev.hejin.scheduler.app.port;

import java.util.Locale;

/** What a caller may do. The first three include each other in this order; agent stands apart. */
public enum Role {
  /** Reads and plans. */
  VIEWER,
  /** Changes, deletions excepted. */
  OPERATOR,
  /** Everything but to speak for a node. */
  ADMIN,
  /** Speaks for the nodes that its identity names. */
  AGENT;

  /** Whether who has this role may do what that one may. */
  public boolean includes(Role least) {
    return this == least || (this != AGENT && least != AGENT && compareTo(least) > 0);
  }

  /** As it is written in messages and settings. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
