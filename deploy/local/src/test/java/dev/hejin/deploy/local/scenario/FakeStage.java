package dev.hejin.deploy.local.scenario;

import com.google.protobuf.Timestamp;
import dev.hejin.catalog.scenario.ScenarioEvent;
import dev.hejin.deploy.local.truth.TrueThroughput;
import dev.hejin.deploy.local.truth.TruthWindow;
import dev.hejin.proto.deployment.v1.Deployment;
import dev.hejin.proto.deployment.v1.DeploymentState;
import dev.hejin.proto.deployment.v1.Epoch;
import dev.hejin.proto.deployment.v1.RebalanceDeploymentResponse;
import java.util.ArrayList;
import java.util.List;

/** A cluster that reacts after fixed times, on a clock that only sleeping moves. */
final class FakeStage implements Stage, Pace {
  private static final double NANOS_PER_SECOND = 1e9;

  final List<ScenarioEvent> applied = new ArrayList<>();
  double adoptsAfterSeconds = 2;
  double activeAfterSeconds = 3;
  boolean adoptsWhenAsked;
  double achieved = 950;

  private long now = 1;
  private long eventAt;
  private boolean asked;

  @Override
  public long nanos() {
    return now;
  }

  @Override
  public void sleep(long millis) {
    now += millis * 1_000_000;
  }

  @Override
  public String remark(ScenarioEvent event) {
    return "";
  }

  @Override
  public void apply(ScenarioEvent event) {
    applied.add(event);
    eventAt = now;
    asked = false;
  }

  @Override
  public Deployment deployment() {
    Deployment.Builder deployment =
        Deployment.newBuilder().setState(DeploymentState.DEPLOYMENT_STATE_SERVING);
    deployment.addEpochs(epoch(1).setActiveTime(Timestamp.newBuilder().setSeconds(1)));
    double seconds = (now - eventAt) / NANOS_PER_SECOND;
    if (!applied.isEmpty() && (seconds >= adoptsAfterSeconds || (asked && adoptsWhenAsked))) {
      Epoch.Builder epoch = epoch(1 + applied.size());
      if (seconds >= activeAfterSeconds) {
        epoch.setActiveTime(Timestamp.newBuilder().setSeconds(2));
      } else {
        deployment.setState(DeploymentState.DEPLOYMENT_STATE_MIGRATING);
      }
      deployment.addEpochs(epoch);
    }
    return deployment.build();
  }

  private static Epoch.Builder epoch(long number) {
    return Epoch.newBuilder().setNumber(number).setReason("load moved").setMovedBytes(1L << 30);
  }

  @Override
  public RebalanceDeploymentResponse rebalance() {
    asked = true;
    return RebalanceDeploymentResponse.newBuilder()
        .setAdopted(adoptsWhenAsked)
        .setReason("a new plan gains 0.4 %")
        .build();
  }

  @Override
  public TruthWindow beginWindow() {
    return new TruthWindow();
  }

  @Override
  public TrueThroughput truth() {
    return new TrueThroughput(achieved, List.of(0.01), 0.97, 1.05);
  }

  @Override
  public Reference reference() {
    return new Reference(new TrueThroughput(1000, List.of(0.01), 1, 1), truth(), "hejin", 0.998);
  }
}
