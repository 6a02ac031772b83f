package dev.hejin.scheduler.app.port;

import dev.hejin.scheduler.cost.observed.ObservedCost;
import dev.hejin.scheduler.lifecycle.NodeEntry;
import dev.hejin.scheduler.lifecycle.SpeedEntry;
import dev.hejin.scheduler.model.Device;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A device as callers see it.
 *
 * @param device what it is
 * @param node what its node is
 * @param healthReason why it is not healthy; empty when nobody tells
 * @param speed relative to its type, with evidence
 * @param shards that it holds; empty where its node has not registered
 * @param memoryUsedBytes last reported; empty when never
 * @param stepSeconds last reported; 0 when it serves nothing
 * @param temperatureCelsius last reported; 0 when never
 * @param scale observed over predicted time, by phase
 */
public record DeviceView(
    Device device,
    NodeEntry node,
    String healthReason,
    SpeedEntry speed,
    OptionalInt shards,
    OptionalLong memoryUsedBytes,
    double stepSeconds,
    double temperatureCelsius,
    ObservedCost.DeviceScale scale) {}
