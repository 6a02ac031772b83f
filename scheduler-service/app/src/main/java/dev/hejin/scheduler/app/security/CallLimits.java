package dev.hejin.scheduler.app.security;

import dev.hejin.scheduler.app.config.SecurityConfig;
import dev.hejin.scheduler.app.port.Caller;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts open calls: of each known caller, and requests of all. */
final class CallLimits {
  private final SecurityConfig.Limits settings;
  private final ConcurrentHashMap<String, Integer> open = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();

  CallLimits(SecurityConfig.Limits settings) {
    this.settings = settings;
  }

  /** Ends what {@link #enter} began; more than once is as good as once. */
  @FunctionalInterface
  interface Permit {
    void leave();
  }

  /** No more calls now; the message tells what to do. */
  static final class FullException extends Exception {
    private static final long serialVersionUID = 1L;

    FullException(String message) {
      super(message);
    }
  }

  /** Requests that wait for an answer. */
  int waiting() {
    return waiting.get();
  }

  /**
   * Takes a call in.
   *
   * @param isStream whether it stays open, and so counts for its caller alone
   */
  Permit enter(Caller caller, boolean isStream) throws FullException {
    // Whoever is not asked for a name is on this machine: a fleet of simulated nodes is one caller.
    boolean counted = caller.kind() != Caller.Kind.TRUSTED;
    if (counted) {
      enterPeer(caller.name());
    }
    if (!isStream && waiting.incrementAndGet() > settings.requestsInFlight()) {
      leave(caller, counted, false);
      throw new FullException(
          settings.requestsInFlight()
              + " requests wait for answers, as many as hejin.security.limits.requests-in-flight"
              + " allows\nMaybe try again in a second, then in two, or raise the limit.");
    }
    AtomicBoolean left = new AtomicBoolean();
    return () -> {
      if (left.compareAndSet(false, true)) {
        leave(caller, counted, isStream);
      }
    };
  }

  private void enterPeer(String peer) throws FullException {
    if (open.merge(peer, 1, Integer::sum) > settings.streamsPerPeer()) {
      leavePeer(peer);
      throw new FullException(
          "'"
              + peer
              + "' has "
              + settings.streamsPerPeer()
              + " calls open, as many as hejin.security.limits.streams-per-peer allows"
              + "\nMaybe end some, or raise the limit.");
    }
  }

  private void leave(Caller caller, boolean counted, boolean isStream) {
    if (counted) {
      leavePeer(caller.name());
    }
    if (!isStream) {
      waiting.decrementAndGet();
    }
  }

  private void leavePeer(String peer) {
    var unused = open.computeIfPresent(peer, (name, count) -> count > 1 ? count - 1 : null);
  }
}
