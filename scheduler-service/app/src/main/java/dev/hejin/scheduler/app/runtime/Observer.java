package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.port.DeploymentView;
import dev.hejin.scheduler.app.port.DeviceWindow;
import dev.hejin.scheduler.app.port.ExpertWindow;
import dev.hejin.scheduler.detect.LoadTracker;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.NodeEntry;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.StagePlacement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What telemetry says now: the last window of each device, the load of each deployment. */
final class Observer {
  private static final int STALE_WINDOWS = 4;

  private final Committer committer;
  private final long windowMillis;

  /** Device id, then deployment. */
  private final TreeMap<String, TreeMap<String, DeviceWindow>> windows = new TreeMap<>();

  private final TreeMap<String, LoadTracker> loads = new TreeMap<>();
  private long newestEndMillis;

  Observer(Committer committer, SchedulerConfig.Rebalance settings) {
    this.committer = committer;
    this.windowMillis = settings.window().toMillis();
  }

  /** Takes a window; one of an unknown device or deployment is ignored. */
  void add(DeviceWindow window) {
    String deployment = window.deployment();
    if (isKnown(window.deviceId())
        && (deployment.isEmpty() || committer.state().deployment(deployment).isPresent())) {
      TreeMap<String, DeviceWindow> here =
          windows.computeIfAbsent(window.deviceId(), device -> new TreeMap<>());
      here.put(deployment, window);
      newestEndMillis = Math.max(newestEndMillis, window.windowEndMillis());
      here.values().removeIf(old -> !isRecent(old));
    }
  }

  private boolean isKnown(String deviceId) {
    NodeEntry node = committer.state().nodes().get(Device.nodeOf(deviceId));
    return node != null
        && node.node().devices().stream().anyMatch(device -> device.id().equals(deviceId));
  }

  void add(ExpertWindow window) {
    committer
        .state()
        .deployment(window.deployment())
        .ifPresent(
            entry ->
                loads
                    .computeIfAbsent(
                        window.deployment(), name -> new LoadTracker(entry.spec().model()))
                    .add(window.layer(), window.tokens()));
    loads.keySet().removeIf(name -> committer.state().deployment(name).isEmpty());
  }

  /** Forgets everything: another scheduler looks at telemetry now. */
  void clear() {
    windows.clear();
    loads.clear();
  }

  void forget(String nodeId) {
    windows.keySet().removeIf(device -> Device.nodeOf(device).equals(nodeId));
  }

  /** What the device reported last; where it serves several deployments, of the most work. */
  Optional<DeviceWindow> window(String deviceId) {
    return windows.getOrDefault(deviceId, new TreeMap<>()).values().stream()
        .filter(this::isRecent)
        .max(Comparator.comparingDouble(DeviceWindow::stepSeconds));
  }

  private Optional<DeviceWindow> window(String deviceId, DeploymentEntry entry) {
    return Optional.ofNullable(
            windows.getOrDefault(deviceId, new TreeMap<>()).get(entry.spec().name()))
        .filter(this::isRecent);
  }

  private boolean isRecent(DeviceWindow window) {
    return newestEndMillis - window.windowEndMillis() <= STALE_WINDOWS * windowMillis;
  }

  /** End of the newest window; 0 before the first. */
  long newestEndMillis() {
    return newestEndMillis;
  }

  /** Load of the deployment as seen so far. */
  Optional<ExpertLoad> load(String deployment) {
    return Optional.ofNullable(loads.get(deployment)).flatMap(LoadTracker::load);
  }

  /** Windows of the deployment's devices, when each of them served its present epoch. */
  Optional<Map<String, DeviceWindow>> complete(DeploymentEntry entry) {
    TreeMap<String, DeviceWindow> all = new TreeMap<>();
    for (StagePlacement stage : entry.stages()) {
      for (String device : stage.deviceIds()) {
        Optional<DeviceWindow> window = window(device, entry).filter(w -> w.steps() > 0);
        if (window.isEmpty()) {
          return Optional.empty();
        }
        all.put(device, window.get());
      }
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(all);
  }

  DeploymentView.Observation observation(DeploymentEntry entry, int unserved) {
    List<Double> stageSeconds = new ArrayList<>();
    double balance = 0;
    long end = 0;
    boolean simulated = false;
    boolean complete = true;
    for (StagePlacement stage : entry.stages()) {
      double attention = 0;
      double expert = 0;
      double other = 0;
      double sum = 0;
      double most = 0;
      for (String device : stage.deviceIds()) {
        Optional<DeviceWindow> window = window(device, entry);
        complete &= window.isPresent();
        if (window.isPresent()) {
          DeviceWindow w = window.get();
          attention = Math.max(attention, w.attentionSeconds());
          expert = Math.max(expert, w.expertSeconds());
          other = Math.max(other, w.otherSeconds());
          sum += w.stepSeconds();
          most = Math.max(most, w.stepSeconds());
          end = Math.max(end, w.windowEndMillis());
          simulated |= w.simulated();
        }
      }
      stageSeconds.add(attention + expert + other);
      balance += most > 0 ? sum / stage.deviceIds().size() / most : 0;
    }
    if (end == 0) {
      return DeploymentView.Observation.NONE;
    }
    double slowest = stageSeconds.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    double microbatch =
        Math.ceilDiv(entry.spec().workload().batchTokens(), Math.max(1, stageSeconds.size()));
    return new DeploymentView.Observation(
        unserved == 0 && complete && slowest > 0 ? microbatch / slowest : 0,
        balance / stageSeconds.size(),
        stageSeconds,
        load(entry.spec().name()).map(load -> load.distance(entry.load())).orElse(0.0),
        end,
        simulated);
  }
}
