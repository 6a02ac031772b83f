package dev.hejin.client;

import dev.hejin.proto.deployment.v1.DeviceMemory;
import dev.hejin.proto.deployment.v1.LayerPlacement;
import dev.hejin.proto.deployment.v1.ModelSummary;
import dev.hejin.proto.deployment.v1.Plan;
import dev.hejin.proto.deployment.v1.PlanDeploymentResponse;
import dev.hejin.proto.deployment.v1.Prediction;
import dev.hejin.proto.deployment.v1.StagePlacement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A plan as text: model, stages, prediction, what was refused, what was assumed. */
public final class PlanText {
  private static final int MAX_REFUSALS = 20;

  private PlanText() {}

  /**
   * All of an answer.
   *
   * @param types device id to type, for example {@code NVIDIA H20-SXM-96GB}
   */
  public static List<String> response(PlanDeploymentResponse response, Map<String, String> types) {
    List<String> lines = new ArrayList<>(model(response.getModel()));
    lines.add("");
    lines.addAll(stages(response.getPlan(), types).lines());
    lines.add("");
    lines.addAll(prediction(response.getPlan()));
    lines.addAll(remarks(response.getModel(), response.getPlan()));
    lines.add("");
    lines.add(
        "planned in " + Units.seconds(response.getPlanningSeconds()) + "; nothing was changed");
    return lines;
  }

  static List<String> model(ModelSummary model) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "model      "
            + model.getName()
            + ": "
            + Units.parameters(model.getTotalParameters())
            + " parameters, "
            + Units.parameters(model.getActiveParameters())
            + " active for a token, "
            + Names.precision(model.getNativePrecision()));
    lines.add(
        "           "
            + model.getLayerCount()
            + " layers, "
            + (model.getMoeLayerCount() == 0
                ? "all dense"
                : model.getMoeLayerCount()
                    + " of them with "
                    + model.getRoutedExperts()
                    + " experts, "
                    + model.getExpertsPerToken()
                    + " for a token")
            + "; cache "
            + Units.bytes(model.getKvBytesPerToken())
            + " a token");
    return lines;
  }

  static Table stages(Plan plan, Map<String, String> types) {
    Map<String, DeviceMemory> memory =
        plan.getMemoryList().stream()
            .collect(Collectors.toMap(DeviceMemory::getDeviceId, Function.identity(), (a, b) -> a));
    Table table =
        new Table(
            "STAGE", "LAYERS", "DEVICES", "PRECISION", ">SLOTS/DEVICE", ">MEMORY", ">STAGE TIME");
    for (int i = 0; i < plan.getStagesCount(); i++) {
      StagePlacement stage = plan.getStages(i);
      table.row(
          String.valueOf(i),
          stage.getFirstLayer() + "-" + (stage.getEndLayer() - 1),
          devices(stage, types) + divided(stage),
          precision(stage),
          slots(stage),
          memory(stage, memory),
          i < plan.getPrediction().getStageSecondsCount()
              ? Units.seconds(plan.getPrediction().getStageSeconds(i))
              : Units.UNKNOWN);
    }
    return table;
  }

  private static String devices(StagePlacement stage, Map<String, String> types) {
    int before = stage.getDeviceIdsCount() - stage.getExpertDevices();
    if (stage.getExpertDevices() == 0) {
      return devices(stage.getDeviceIdsList(), types);
    }
    return devices(stage.getDeviceIdsList().subList(0, before), types)
        + ", experts on "
        + devices(stage.getDeviceIdsList().subList(before, stage.getDeviceIdsCount()), types)
        + (stage.getParts() > 1 ? ", " + stage.getParts() + " parts" : "");
  }

  private static String devices(List<String> ids, Map<String, String> types) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String id : ids) {
      counts.merge(types.getOrDefault(id, id), 1, Integer::sum);
    }
    return counts.entrySet().stream()
        .map(e -> e.getValue() + " x " + e.getKey())
        .collect(Collectors.joining(" + "));
  }

  private static String divided(StagePlacement stage) {
    int tensor = stage.getTensorParallel();
    return tensor > 1 ? ", tensor parallel " + tensor : "";
  }

  private static String precision(StagePlacement stage) {
    String dense = Names.precision(stage.getPrecision());
    String experts = Names.precision(stage.getExpertPrecision());
    boolean moe = stage.getLayersList().stream().anyMatch(layer -> layer.getExpertCount() > 0);
    return !moe || dense.equals(experts) ? dense : dense + ", experts " + experts;
  }

  /** Fewest to most expert slots of one layer that a device of the stage holds. */
  private static String slots(StagePlacement stage) {
    int fewest = Integer.MAX_VALUE;
    int most = 0;
    for (LayerPlacement layer : stage.getLayersList()) {
      if (layer.getExpertCount() == 0) {
        continue;
      }
      int[] slots = new int[stage.getDeviceIdsCount()];
      layer.getDeviceList().stream().filter(d -> d < slots.length).forEach(d -> slots[d]++);
      int experts = stage.getExpertDevices() == 0 ? slots.length : stage.getExpertDevices();
      for (int device = Math.max(0, slots.length - experts); device < slots.length; device++) {
        fewest = Math.min(fewest, slots[device]);
        most = Math.max(most, slots[device]);
      }
    }
    return most == 0 ? "dense" : fewest == most ? String.valueOf(most) : fewest + "-" + most;
  }

  /** Used memory as a share of capacity, smallest to largest over the stage's devices. */
  private static String memory(StagePlacement stage, Map<String, DeviceMemory> memory) {
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (String id : stage.getDeviceIdsList()) {
      DeviceMemory device = memory.get(id);
      if (device == null || device.getCapacityBytes() == 0) {
        return Units.UNKNOWN;
      }
      double used =
          (double) (device.getWeightBytes() + device.getKvCacheBytes() + device.getWorkspaceBytes())
              / device.getCapacityBytes();
      least = Math.min(least, used);
      most = Math.max(most, used);
    }
    long low = Math.round(least * 100);
    long high = Math.round(most * 100);
    return low == high ? high + " %" : low + "-" + high + " %";
  }

  static List<String> prediction(Plan plan) {
    Prediction prediction = plan.getPrediction();
    double bound = prediction.getBoundTokensPerSecond();
    List<String> lines = new ArrayList<>();
    lines.add(
        "predicted  "
            + Units.tokensPerSecond(prediction.getTokensPerSecond())
            + ", "
            + Units.seconds(prediction.getStepSeconds())
            + " a token; balance "
            + Units.percent(prediction.getBalancedness())
            + "; a prediction, not a measurement");
    lines.add(
        "bound      "
            + (bound > 0
                ? Units.tokensPerSecond(bound)
                    + " for any placement on these devices, by the same model; gap "
                    + Units.percent(1 - prediction.getTokensPerSecond() / bound)
                : Units.UNKNOWN));
    lines.add(
        "cost       "
            + (prediction.hasCostPerMillionTokensUsd()
                ? String.format(
                    Locale.ROOT,
                    "$%.3f for a million tokens",
                    prediction.getCostPerMillionTokensUsd())
                : Units.UNKNOWN));
    if (!prediction.getBottleneck().isBlank()) {
      lines.addAll(Wrap.text("bottleneck ", "           ", prediction.getBottleneck()));
    }
    if (!plan.getPolicy().isBlank()) {
      lines.add("policy     " + plan.getPolicy());
    }
    return lines;
  }

  private static List<String> remarks(ModelSummary model, Plan plan) {
    List<String> lines = new ArrayList<>();
    if (plan.getRefusalsCount() > 0) {
      lines.add("");
      lines.add("not taken");
      plan.getRefusalsList().stream()
          .limit(MAX_REFUSALS)
          .forEach(
              r -> lines.addAll(Wrap.text("  ", "    ", r.getSubject() + ": " + r.getReason())));
      if (plan.getRefusalsCount() > MAX_REFUSALS) {
        lines.add("  and " + (plan.getRefusalsCount() - MAX_REFUSALS) + " more; see --output json");
      }
    }
    if (plan.getAssumptionsCount() + model.getAssumptionsCount() > 0) {
      lines.add("");
      lines.add("assumed");
      model.getAssumptionsList().forEach(a -> lines.addAll(Wrap.text("  ", "    ", a)));
      plan.getAssumptionsList().forEach(a -> lines.addAll(Wrap.text("  ", "    ", a)));
    }
    return lines;
  }
}
