package dev.hejin.client;

import dev.hejin.proto.deployment.v1.Deployment;
import dev.hejin.proto.deployment.v1.Epoch;
import dev.hejin.proto.deployment.v1.Observation;
import dev.hejin.proto.deployment.v1.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Deployments as text. */
public final class DeploymentText {
  private DeploymentText() {}

  public static String state(Deployment deployment) {
    return Names.state(deployment.getState(), "DEPLOYMENT_STATE_");
  }

  static List<String> list(List<Deployment> deployments) {
    if (deployments.isEmpty()) {
      return List.of("no deployments", "Maybe create one with ./hejin deploy --model NAME");
    }
    boolean services = deployments.stream().anyMatch(d -> d.getSpec().hasMember());
    Table table =
        new Table(
            "NAME",
            "MODEL",
            "STATE",
            ">EPOCH",
            ">OBSERVED",
            ">PREDICTED",
            ">BALANCE",
            ">DRIFT",
            ">UNSERVED",
            services ? ">TRAFFIC" : "");
    List<String> lines = new ArrayList<>();
    for (Deployment deployment : deployments) {
      Observation observation = deployment.getObservation();
      boolean observed = observation.hasWindowEndTime();
      table.row(
          deployment.getSpec().getName(),
          deployment.getModel().getName(),
          state(deployment),
          String.valueOf(epoch(deployment).getNumber()),
          observed ? Units.count(observation.getTokensPerSecond()) : Units.UNKNOWN,
          Units.count(epoch(deployment).getPredictedTokensPerSecond()),
          observed ? Units.percent(observation.getBalancedness()) : Units.UNKNOWN,
          observed ? Units.percent(observation.getLoadDrift()) : Units.UNKNOWN,
          observed ? String.valueOf(observation.getUnservedExperts()) : Units.UNKNOWN,
          deployment.getSpec().hasMember() ? Units.percent(deployment.getTrafficShare()) : "");
      if (!deployment.getStateReason().isBlank()) {
        lines.addAll(
            Wrap.text(deployment.getSpec().getName() + ": ", "  ", deployment.getStateReason()));
      }
    }
    List<String> all = new ArrayList<>(table.lines());
    all.add(
        "observed and predicted in tokens/s"
            + (deployments.stream().anyMatch(d -> d.getObservation().getSimulated())
                ? "; observed on simulated devices"
                : "")
            + (services ? "; traffic: share of its service's" : ""));
    all.addAll(lines);
    return all;
  }

  /** One line, for a log. */
  public static String line(Deployment deployment) {
    Observation observation = deployment.getObservation();
    Progress progress = deployment.getProgress();
    boolean member = deployment.getSpec().hasMember();
    StringBuilder line = new StringBuilder();
    line.append(deployment.getSpec().getName()).append(' ').append(state(deployment));
    Epoch epoch = epoch(deployment);
    line.append(" epoch ").append(epoch.getNumber());
    line.append(epoch.hasActiveTime() ? " active" : " on its way");
    if (observation.hasWindowEndTime()) {
      line.append(", ")
          .append(Units.tokensPerSecond(observation.getTokensPerSecond()))
          .append(observation.getSimulated() ? " (simulated)" : "")
          .append(", balance ")
          .append(Units.percent(observation.getBalancedness()));
      if (observation.getUnservedExperts() > 0) {
        line.append(", ").append(observation.getUnservedExperts()).append(" experts unserved");
      }
    }
    if (member) {
      line.append(", ")
          .append(Units.percent(deployment.getTrafficShare()))
          .append(" of the traffic of ")
          .append(deployment.getSpec().getMember().getService());
    }
    if (progress.getShardsMissing() + progress.getShardsSurplus() > 0) {
      line.append(
          String.format(
              Locale.ROOT,
              ", %d shards to load, %d to release",
              progress.getShardsMissing(),
              progress.getShardsSurplus()));
    }
    if (progress.getInvariantViolations() > 0) {
      line.append(", ")
          .append(progress.getInvariantViolations())
          .append(" VIOLATIONS: ")
          .append(progress.getLastViolation());
    }
    if (!deployment.getStateReason().isBlank()) {
      line.append(": ").append(deployment.getStateReason().replaceAll("\\R", " "));
    }
    return line.toString();
  }

  /** The newest epoch; an empty one before the first. */
  public static Epoch epoch(Deployment deployment) {
    return deployment.getEpochsCount() == 0
        ? Epoch.getDefaultInstance()
        : deployment.getEpochs(deployment.getEpochsCount() - 1);
  }

  /** Newest last. */
  static List<String> epochs(Deployment deployment) {
    Table table = new Table(">EPOCH", "STATE", ">MOVED", ">SHARDS", ">PREDICTED", "REASON");
    for (Epoch epoch : deployment.getEpochsList()) {
      table.row(
          String.valueOf(epoch.getNumber()),
          epoch.hasActiveTime() ? "active" : "on its way",
          Units.bytes(epoch.getMovedBytes()),
          Units.count(epoch.getMovedShards()),
          Units.count(epoch.getPredictedTokensPerSecond()),
          epoch.getReason());
    }
    return table.isEmpty() ? List.of() : table.lines();
  }
}
