package dev.hejin.agent.app.link;

/** Hears of sessions, on the loop thread. */
interface LinkListener {
  void registered(String nodeId);

  void lost(String nodeId, String reason);
}
