package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.DeviceMemory;
import java.util.List;

/**
 * One stage of a plan with its exact numbers.
 *
 * @param placement what is where
 * @param memory of each device
 * @param seconds of one microbatch
 * @param balancedness of each MoE layer
 * @param bottleneck what takes most of the stage's time, in words
 */
record BuiltStage(
    StagePlacement placement,
    List<DeviceMemory> memory,
    double seconds,
    List<Double> balancedness,
    String bottleneck) {}
