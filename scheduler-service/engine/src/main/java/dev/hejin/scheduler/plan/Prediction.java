package dev.hejin.scheduler.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What the cost model says a placement will do.
 *
 * @param stageSeconds time of one step of each stage for one microbatch, in pipeline order
 * @param stepSeconds time in which one token of every sequence passes the whole pipeline (TPOT)
 * @param tokensPerSecond decoded tokens a second over the deployment
 * @param boundTokensPerSecond what no placement on these devices could exceed under this cost model
 * @param costPerMillionTokensUsd NaN when a device's price is unknown
 * @param balancedness mean device time / max device time, mean over MoE layers; 1 is perfect
 * @param bottleneck in words: stage, device, resource
 */
public record Prediction(
    List<Double> stageSeconds,
    double stepSeconds,
    double tokensPerSecond,
    double boundTokensPerSecond,
    double costPerMillionTokensUsd,
    double balancedness,
    String bottleneck) {
  public Prediction {
    stageSeconds = List.copyOf(stageSeconds);
    requireNonNull(bottleneck, "bottleneck");
  }
}
