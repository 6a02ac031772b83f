package dev.hejin.agent.app.codec;

import com.google.protobuf.Timestamp;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.simulation.DeviceCondition;
import dev.hejin.agent.simulation.DeviceWindow;
import dev.hejin.agent.simulation.ExpertTokens;
import dev.hejin.proto.capability.v1.Health;
import dev.hejin.proto.telemetry.v1.DeviceSample;
import dev.hejin.proto.telemetry.v1.ExpertSample;
import java.time.Instant;

/** Samples for Kafka. */
public final class SampleCodec {
  private SampleCodec() {}

  /** One device over one window. */
  public static DeviceSample toProto(
      DeviceWindow window, Instant start, Instant end, long sequence, long droppedSamples) {
    DeviceSample.Builder builder = DeviceSample.newBuilder();
    DeviceCondition condition = window.condition();
    if (condition != null) {
      builder.setCondition(toProto(condition));
    }
    return builder
        .setNodeId(window.nodeId())
        .setDeviceId(window.deviceId())
        .setDeploymentId(window.deploymentId())
        .setEpoch(window.epoch())
        .setWindowStartTime(timestamp(start))
        .setWindowEndTime(timestamp(end))
        .setSequence(sequence)
        .setSteps(window.steps())
        .setAttentionSeconds(window.parts().attention())
        .setExpertSeconds(window.parts().expert())
        .setOtherSeconds(window.parts().other())
        .setMemoryUsedBytes(window.memoryUsedBytes())
        .setMemoryTotalBytes(window.memoryTotalBytes())
        .setTemperatureCelsius(window.temperatureCelsius())
        .setSimulated(window.simulated())
        .setDroppedSamples(droppedSamples)
        .build();
  }

  private static dev.hejin.proto.telemetry.v1.DeviceCondition toProto(DeviceCondition condition) {
    var builder =
        dev.hejin.proto.telemetry.v1.DeviceCondition.newBuilder()
            .setHealth(Health.valueOf("HEALTH_" + condition.health().name()))
            .addAllRemarks(condition.remarks());
    condition.figures().forEach((metric, value) -> set(builder, metric, value));
    return builder.build();
  }

  private static void set(
      dev.hejin.proto.telemetry.v1.DeviceCondition.Builder builder, Metric metric, double value) {
    switch (metric) {
      case UTILIZATION_PERCENT -> builder.setUtilizationPercent(value);
      case POWER_WATTS -> builder.setPowerWatts(value);
      case CORE_CLOCK_MEGAHERTZ -> builder.setCoreClockMegahertz(value);
      case ECC_CORRECTED_COUNT -> builder.setEccCorrectedCount((long) value);
      case ECC_UNCORRECTED_COUNT -> builder.setEccUncorrectedCount((long) value);
      case PCIE_ERRORS_COUNT -> builder.setPcieErrorsCount((long) value);
      case SCALE_UP_ERRORS_COUNT -> builder.setScaleUpErrorsCount((long) value);
      case SCALE_UP_LINKS_COUNT -> builder.setScaleUpLinksCount((long) value);
      default -> {}
    }
  }

  /** One layer's experts of one device over one window; has the sequence of the device's sample. */
  public static ExpertSample toProto(
      DeviceWindow window, ExpertTokens tokens, Instant start, Instant end, long sequence) {
    return ExpertSample.newBuilder()
        .setNodeId(window.nodeId())
        .setDeviceId(window.deviceId())
        .setDeploymentId(window.deploymentId())
        .setLayer(tokens.layer())
        .setWindowStartTime(timestamp(start))
        .setWindowEndTime(timestamp(end))
        .addAllExperts(tokens.experts())
        .addAllTokens(tokens.tokens())
        .setSequence(sequence)
        .build();
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
