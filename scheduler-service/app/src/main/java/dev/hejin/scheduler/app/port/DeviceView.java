package dev.hejin.scheduler.app.port;

import dev.hejin.scheduler.cost.observed.ObservedCost;
import dev.hejin.scheduler.lifecycle.NodeEntry;
import dev.hejin.scheduler.lifecycle.SpeedEntry;
import dev.hejin.scheduler.model.Device;

/**
 * A device as callers see it.
 *
 * @param device what it is
 * @param node what its node is
 * @param speed relative to its type, with evidence
 * @param shards that it holds
 * @param memoryUsedBytes last reported; 0 when never
 * @param stepSeconds last reported; 0 when it serves nothing
 * @param temperatureCelsius last reported; 0 when never
 * @param scale observed over predicted time, by phase
 */
public record DeviceView(
    Device device,
    NodeEntry node,
    SpeedEntry speed,
    int shards,
    long memoryUsedBytes,
    double stepSeconds,
    double temperatureCelsius,
    ObservedCost.DeviceScale scale) {}
