package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import java.util.TreeMap;

/**
 * Makes plans anew that were repaired, or whose pool has got devices back, once the cooldown since
 * they are active is over, also where no telemetry tells of it: a repair makes good what was lost
 * and looks for nothing better. On the loop only.
 */
final class Renewal {
  private final Cooldown cooldown;
  private final Committer committer;
  private final UsableDevices devices;
  private final Replanning replanning;

  /**
   * When a deployment was first seen, or last planned anew, here: a new leader has other things to
   * do first, and a plan that fails is not tried again at once.
   */
  private final TreeMap<String, Long> triedMillis = new TreeMap<>();

  Renewal(Cooldown cooldown, Committer committer, UsableDevices devices, Replanning replanning) {
    this.cooldown = cooldown;
    this.committer = committer;
    this.devices = devices;
    this.replanning = replanning;
  }

  void consider(DeploymentEntry entry, long nowMillis) {
    String name = entry.spec().name();
    long tried = triedMillis.computeIfAbsent(name, n -> nowMillis);
    if (!entry.spec().automatic()
        || entry.deleting()
        || !entry.active()
        || !entry.hold().allowsAutomaticPlans()
        || replanning.considered(name) >= committer.state().poolRevision()
        || replanning.isPlanning(name)
        || cooldown.lasts(entry)
        || nowMillis - tried < cooldown.millis()
        || !devices.missing(entry).isEmpty()) {
      return;
    }
    triedMillis.put(name, nowMillis);
    triedMillis.keySet().retainAll(committer.state().deployments().keySet());
    var unused = replanning.reconsider(name, new Motive("the pool changed", false));
  }
}
