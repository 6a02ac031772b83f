package dev.hejin.agent.app.codec;

import com.google.protobuf.Timestamp;
import dev.hejin.agent.simulation.DeviceWindow;
import dev.hejin.agent.simulation.ExpertTokens;
import dev.hejin.proto.telemetry.v1.DeviceSample;
import dev.hejin.proto.telemetry.v1.ExpertSample;
import java.time.Instant;

/** Samples for Kafka. */
public final class SampleCodec {
  private SampleCodec() {}

  /** One device over one window. */
  public static DeviceSample toProto(
      DeviceWindow window, Instant start, Instant end, long sequence, long droppedSamples) {
    return DeviceSample.newBuilder()
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
