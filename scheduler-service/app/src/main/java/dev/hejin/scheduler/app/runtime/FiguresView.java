package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.observe.StateFigures;
import dev.hejin.scheduler.app.observe.StateFigures.Counted;
import dev.hejin.scheduler.app.port.DeploymentView;
import dev.hejin.scheduler.app.port.Standing;
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.NodeEntry;
import dev.hejin.scheduler.plan.Plan;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The state as gauges show it. On the loop only. */
final class FiguresView {
  private static final List<String> STATES = List.of("online", "drained", "lost");

  private FiguresView() {}

  static StateFigures of(Standing standing, ClusterState state, Views views, long connected) {
    Map<String, Long> nodes = counts();
    Map<String, Long> devices = counts();
    devices.put("set_aside", 0L);
    for (NodeEntry entry : state.nodes().values()) {
      String here = !entry.online() ? "lost" : entry.drained() ? "drained" : "online";
      nodes.merge(here, 1L, Long::sum);
      entry
          .node()
          .devices()
          .forEach(
              device ->
                  devices.merge(
                      here.equals("online") && state.setAside().containsKey(device.id())
                          ? "set_aside"
                          : here,
                      1L,
                      Long::sum));
    }
    boolean ready = standing.obstacle().isEmpty();
    return new StateFigures(
        ready && standing.role() == Standing.Role.LEADING,
        ready,
        standing.term(),
        standing.revision(),
        connected,
        counted(nodes),
        counted(devices),
        state.deployments().keySet().stream()
            .limit(StateFigures.MOST_DEPLOYMENTS)
            .map(name -> deployment(views.deployment(name)))
            .toList());
  }

  private static Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    STATES.forEach(name -> counts.put(name, 0L));
    return counts;
  }

  private static List<Counted> counted(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(each -> new Counted(each.getKey(), each.getValue()))
        .toList();
  }

  private static StateFigures.Deployment deployment(DeploymentView view) {
    List<Double> predicted =
        view.entry()
            .targetPlan()
            .map(Plan::prediction)
            .map(p -> p.stageSeconds())
            .orElse(List.of());
    List<Double> observed = view.observation().stageSeconds();
    return new StateFigures.Deployment(
        view.entry().spec().name(),
        view.entry().epoch(),
        view.progress().map(DeploymentView.Progress::unservedExperts).orElse(0),
        view.observation().balancedness(),
        predicted.isEmpty() ? 0 : Collections.max(predicted),
        observed.isEmpty() ? 0 : Collections.max(observed));
  }
}
