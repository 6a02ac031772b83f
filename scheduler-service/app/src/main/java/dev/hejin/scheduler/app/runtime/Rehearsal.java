package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.planner.PlanRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Repairs for losses that did not happen, once in the life of a process: the Java machine compiles
 * the way that the first real loss takes. Their plans are thrown away. On the loop only.
 */
final class Rehearsal {
  private final SchedulerConfig.Rebalance settings;
  private final UsableDevices devices;
  private final PlanRequests requests;
  private final PlannerWorker planner;
  private boolean done;

  Rehearsal(
      SchedulerConfig.Rebalance settings,
      UsableDevices devices,
      PlanRequests requests,
      PlannerWorker planner) {
    this.settings = settings;
    this.devices = devices;
    this.requests = requests;
    this.planner = planner;
  }

  /** Begins when the deployment is the first whose losses would be repaired. */
  void consider(DeploymentEntry entry) {
    if (done
        || !entry.active()
        || entry.deleting()
        || devices.count() < settings.repairFromDevices()
        || !devices.missing(entry).isEmpty()) {
      return;
    }
    done = true;
    Plan plan = entry.targetPlan().orElseThrow();
    planner.rehearse(losses(requests.of(entry), plan, settings.rehearsals()), plan);
  }

  /** The request without one node of each stage in turn, then a second one of each, and so on. */
  static List<PlanRequest> losses(PlanRequest request, Plan plan, int most) {
    List<List<String>> nodes = new ArrayList<>();
    int rounds = 0;
    for (StagePlacement stage : plan.placement().stages()) {
      TreeSet<String> names = new TreeSet<>();
      stage.deviceIds().forEach(id -> names.add(Device.nodeOf(id)));
      nodes.add(List.copyOf(names));
      rounds = Math.max(rounds, names.size());
    }
    List<PlanRequest> losses = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      for (List<String> names : nodes) {
        if (round < names.size() && losses.size() < most) {
          losses.add(without(request, names.get(round)));
        }
      }
    }
    return losses;
  }

  private static PlanRequest without(PlanRequest request, String node) {
    List<Node> left =
        request.pool().nodes().stream().filter(each -> !each.id().equals(node)).toList();
    Pool pool = request.pool().withNodes(left);
    return new PlanRequest(
        request.model(),
        pool,
        request.workload(),
        request.load(),
        request.options(),
        request.placementInForce());
  }
}
