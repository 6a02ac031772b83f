package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Health;
import java.util.List;
import java.util.TreeSet;

/** Devices that plans may use now, and what plans have lost of them. On the loop only. */
final class UsableDevices {
  private final Committer committer;

  /** As of a pool revision. */
  private final TreeSet<String> usable = new TreeSet<>();

  private long usableAtRevision = -1;

  UsableDevices(Committer committer) {
    this.committer = committer;
  }

  int count() {
    return now().size();
  }

  /** Devices of a deployment's plan that it cannot use any more. */
  List<String> missing(DeploymentEntry entry) {
    TreeSet<String> there = now();
    return entry.stages().stream()
        .flatMap(stage -> stage.deviceIds().stream())
        .filter(id -> !there.contains(id))
        .toList();
  }

  private TreeSet<String> now() {
    long revision = committer.state().poolRevision();
    if (usableAtRevision != revision) {
      usableAtRevision = revision;
      usable.clear();
      committer.state().usablePool().devices().stream()
          .filter(device -> device.health() != Health.FAILED)
          .map(Device::id)
          .forEach(usable::add);
    }
    return usable;
  }
}
