package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.config.SchedulerConfig;
import java.util.Optional;

/** Tells which nodes are gone, and by what sign. On the loop only. */
final class Absence {
  private final SchedulerConfig.Agents settings;
  private final AgentSessions sessions;

  Absence(SchedulerConfig.Agents settings, AgentSessions sessions) {
    this.settings = settings;
    this.sessions = sessions;
  }

  /** Why a node that was online is taken for lost; empty while it is not. */
  Optional<String> reason(String nodeId, long nowMillis) {
    Optional<AgentSessions.Session> session = sessions.of(nodeId);
    if (session.isEmpty()) {
      long grace = settings.restartGrace().toMillis();
      return nowMillis - sessions.leadsSinceMillis() > grace
          ? Optional.of("did not register within " + grace + " ms of the scheduler's start")
          : Optional.empty();
    }
    AgentSessions.Session s = session.get();
    if (!s.isOpen()) {
      long grace = settings.reconnectGrace().toMillis();
      return nowMillis - s.brokenMillis > grace
          ? Optional.of("its stream ended and it did not come back within " + grace + " ms")
          : Optional.empty();
    }
    long silence = nowMillis - s.heartbeats.lastMillis();
    long interval = settings.heartbeatInterval().toMillis();
    boolean surprising =
        silence > 2 * interval && s.heartbeats.phi(nowMillis) >= settings.phiThreshold();
    return surprising || silence > 2 * settings.heartbeatTimeout().toMillis()
        ? Optional.of(s.heartbeats.evidence(nowMillis))
        : Optional.empty();
  }
}
