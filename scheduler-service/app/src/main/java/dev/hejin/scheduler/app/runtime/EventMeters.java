package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.observe.Meters;
import dev.hejin.scheduler.app.observe.Meters.Detection;
import dev.hejin.scheduler.lifecycle.Event;

/** Counts what was committed here; what is only replayed was counted by another. */
final class EventMeters {
  private EventMeters() {}

  static void count(Event event) {
    switch (event) {
      case Event.PlanAdopted e -> {
        Meters.planned(Meters.Planned.ADOPTED);
        Meters.migrates(e.movedBytes(), e.movedShards());
      }
      case Event.DeploymentBlocked _ -> Meters.planned(Meters.Planned.INFEASIBLE);
      case Event.NodeLost _ -> Meters.detected(Detection.NODE_LOST);
      case Event.SpeedObserved _ -> Meters.detected(Detection.DEVICE_SPEED);
      case Event.DeviceSetAside _ -> Meters.detected(Detection.DEVICE_SET_ASIDE);
      case Event.DeviceRestored _ -> Meters.detected(Detection.DEVICE_RESTORED);
      case Event.NodeJoined _,
          Event.NodeDrained _,
          Event.NodeUndrained _,
          Event.NodeForgotten _,
          Event.DeploymentCreated _,
          Event.EpochActivated _,
          Event.DeploymentDeleting _,
          Event.DeploymentDeleted _,
          Event.LeaderElected _,
          Event.RequestAnswered _,
          Event.MigrationModeChanged _ -> {}
    }
  }
}
