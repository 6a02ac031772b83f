package dev.hejin.deploy.local.screen;

import dev.hejin.client.DeploymentText;
import dev.hejin.client.Table;
import dev.hejin.client.Units;
import dev.hejin.deploy.local.truth.TrueThroughput;
import dev.hejin.proto.deployment.v1.Deployment;
import dev.hejin.proto.deployment.v1.Epoch;
import dev.hejin.proto.deployment.v1.StagePlacement;
import dev.hejin.proto.inventory.v1.DeviceStatus;
import dev.hejin.proto.inventory.v1.NodeState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One moment of a cluster.
 *
 * @param devices the pool as the scheduler sees it
 * @param deployment as the scheduler sees it, with its plan
 * @param truth what the simulated devices really reach
 */
public record Picture(List<DeviceStatus> devices, Deployment deployment, TrueThroughput truth) {
  private static final int SHOWN_EPOCHS = 5;
  private static final double SPEED_TOLERANCE = 0.005;

  public Picture {
    devices = List.copyOf(devices);
  }

  /** One line. */
  public String line() {
    return DeploymentText.state(deployment)
        + ", epoch "
        + DeploymentText.epoch(deployment).getNumber()
        + ", "
        + Units.tokensPerSecond(truth.tokensPerSecond())
        + " (simulated), balance "
        + Units.percent(truth.balance())
        + (deployment.getProgress().getShardsMissing() > 0
            ? ", " + deployment.getProgress().getShardsMissing() + " shards to load"
            : "");
  }

  /** All of it. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("SIMULATED devices; no silicon stands behind any figure");
    lines.add(line());
    lines.add("");
    lines.addAll(nodes().lines());
    lines.add("");
    lines.addAll(stages().lines());
    lines.add("");
    lines.addAll(epochs().lines());
    return lines;
  }

  private Table nodes() {
    Map<String, List<DeviceStatus>> nodes = new LinkedHashMap<>();
    devices.forEach(d -> nodes.computeIfAbsent(d.getNodeId(), n -> new ArrayList<>()).add(d));
    Table table = new Table("NODE", "STATE", "DEVICES", ">MEMORY", ">SHARDS", "SLOW DEVICES");
    nodes.forEach(
        (node, all) ->
            table.row(
                node,
                state(all.getFirst().getNodeState()),
                chips(all),
                memory(all),
                Units.count(all.stream().mapToLong(DeviceStatus::getShardCount).sum()),
                slow(all)));
    return table;
  }

  private static String chips(List<DeviceStatus> devices) {
    long chips = devices.stream().map(each -> each.getCapability().getChip()).distinct().count();
    return chips == 1
        ? devices.size() + " x " + devices.getFirst().getCapability().getChip()
        : devices.size() + " of " + chips + " kinds";
  }

  private static String state(NodeState state) {
    return state.name().substring("NODE_STATE_".length()).toLowerCase(Locale.ROOT);
  }

  private static String memory(List<DeviceStatus> devices) {
    double used = devices.stream().mapToDouble(DeviceStatus::getMemoryUsedBytes).sum();
    double all =
        devices.stream().mapToDouble(d -> d.getCapability().getMemoryBytes().getValue()).sum();
    return all > 0 ? Units.percent(used / all) : Units.UNKNOWN;
  }

  private static String slow(List<DeviceStatus> devices) {
    List<String> slow = new ArrayList<>();
    for (DeviceStatus device : devices) {
      if (Math.abs(device.getSpeedFactor() - 1) > SPEED_TOLERANCE) {
        String id = device.getCapability().getDeviceId();
        slow.add(
            String.format(
                Locale.ROOT,
                "%s at %.2f",
                id.substring(id.lastIndexOf('/')),
                device.getSpeedFactor()));
      }
    }
    return String.join(", ", slow);
  }

  private Table stages() {
    Table table = new Table("STAGE", "LAYERS", ">DEVICES", ">PREDICTED", ">TRUE (SIMULATED)");
    for (int i = 0; i < deployment.getPlan().getStagesCount(); i++) {
      StagePlacement stage = deployment.getPlan().getStages(i);
      List<Double> predicted = deployment.getPlan().getPrediction().getStageSecondsList();
      boolean sameStages = truth.stageSeconds().size() == deployment.getPlan().getStagesCount();
      table.row(
          String.valueOf(i),
          stage.getFirstLayer() + "-" + (stage.getEndLayer() - 1),
          String.valueOf(stage.getDeviceIdsCount()),
          i < predicted.size() ? Units.seconds(predicted.get(i)) : Units.UNKNOWN,
          sameStages ? Units.seconds(truth.stageSeconds().get(i)) : "changing");
    }
    return table;
  }

  private Table epochs() {
    Table table = new Table(">EPOCH", "STATE", ">MOVED", ">PREDICTED", "REASON");
    List<Epoch> epochs = deployment.getEpochsList();
    for (Epoch epoch : epochs.subList(Math.max(0, epochs.size() - SHOWN_EPOCHS), epochs.size())) {
      table.row(
          String.valueOf(epoch.getNumber()),
          epoch.hasActiveTime() ? "active" : "on its way",
          Units.bytes(epoch.getMovedBytes()),
          Units.count(epoch.getPredictedTokensPerSecond()),
          epoch.getReason());
    }
    return table;
  }
}
