package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.port.AgentLink;
import dev.hejin.scheduler.app.port.Registration;
import dev.hejin.scheduler.detect.HeartbeatDetector;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which agents are there. On the loop only. */
final class AgentSessions {

  /** One agent's presence. */
  static final class Session {
    final String instanceId;
    final AgentLink link;
    final HeartbeatDetector heartbeats;
    final Registration.Remarks remarks;
    long lastSeenMillis;

    /** When its stream broke; 0 while it is open. */
    long brokenMillis;

    Session(
        String instanceId,
        AgentLink link,
        HeartbeatDetector heartbeats,
        Registration.Remarks remarks,
        long nowMillis) {
      this.heartbeats = heartbeats;
      this.remarks = remarks;
      this.instanceId = instanceId;
      this.link = link;
      this.lastSeenMillis = nowMillis;
    }

    boolean isOpen() {
      return brokenMillis == 0;
    }
  }

  private final TreeMap<String, Session> sessions = new TreeMap<>();
  private long leadsSinceMillis;

  /** This scheduler leads from now on: known nodes have their time to register. */
  void leadsSince(long nowMillis) {
    leadsSinceMillis = nowMillis;
  }

  /** When this scheduler came to lead, or did so again; 0 before that. */
  long leadsSinceMillis() {
    return leadsSinceMillis;
  }

  Optional<Session> of(String nodeId) {
    return Optional.ofNullable(sessions.get(nodeId));
  }

  /** The open link of a node, or null. */
  @Nullable AgentLink link(String nodeId) {
    Session session = sessions.get(nodeId);
    return session != null && session.isOpen() ? session.link : null;
  }

  /** Nodes with an open session. */
  long connected() {
    return sessions.values().stream().filter(Session::isOpen).count();
  }

  void put(String nodeId, Session session) {
    sessions.put(nodeId, session);
  }

  /** Forgets all; the links that were open. */
  List<AgentLink> clear() {
    List<AgentLink> links =
        sessions.values().stream().filter(Session::isOpen).map(session -> session.link).toList();
    sessions.clear();
    return links;
  }

  void remove(String nodeId) {
    sessions.remove(nodeId);
  }

  /** Gives every session more time: this process itself stood still. */
  void forgive(long millis) {
    sessions
        .values()
        .forEach(
            session -> {
              session.heartbeats.forgive(millis);
              if (session.brokenMillis > 0) {
                session.brokenMillis += millis;
              }
            });
  }
}
