package dev.hejin.scheduler.lifecycle;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What becomes of a command. */
public sealed interface Decision {

  /** Commit these events in order; none means that there is nothing to do. */
  record Accepted(List<Event> events) implements Decision {
    public Accepted {
      events = List.copyOf(events);
    }

    static Accepted of(Event... events) {
      return new Accepted(List.of(events));
    }
  }

  /**
   * Nothing changes.
   *
   * @param kind why, for programs
   * @param field of the request; empty when none is to blame
   * @param message values, and a likely fix
   */
  record Rejected(Kind kind, String field, String message) implements Decision {
    public Rejected {
      requireNonNull(kind, "kind");
      requireNonNull(field, "field");
      requireNonNull(message, "message");
    }
  }

  /** Why a command was refused. */
  enum Kind {
    /** A field is wrong. */
    INVALID,
    /** It is not there. */
    NOT_FOUND,
    /** It is there already. */
    EXISTS,
    /** Not in this state. */
    PRECONDITION,
    /** The snapshot is too old; plan again. */
    STALE
  }
}
