package dev.hejin.agent.simulation;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One device over one window, as it reports it.
 *
 * @param deploymentId empty when the device serves nothing
 * @param epoch of the routes that the device serves
 * @param steps microbatches in the window
 * @param parts mean seconds of own work for one microbatch
 * @param experts one for each layer of which the device serves experts
 * @param condition null of devices without silicon
 */
public record DeviceWindow(
    String nodeId,
    String deviceId,
    String deploymentId,
    long epoch,
    long steps,
    PartSeconds parts,
    long memoryUsedBytes,
    long memoryTotalBytes,
    double temperatureCelsius,
    boolean simulated,
    List<ExpertTokens> experts,
    @Nullable DeviceCondition condition) {
  public DeviceWindow {
    requireNonNull(nodeId, "nodeId");
    requireNonNull(deviceId, "deviceId");
    requireNonNull(deploymentId, "deploymentId");
    requireNonNull(parts, "parts");
    experts = List.copyOf(experts);
  }
}
