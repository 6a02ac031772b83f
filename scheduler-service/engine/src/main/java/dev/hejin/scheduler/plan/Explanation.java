package dev.hejin.scheduler.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Why a plan is as it is, by the cost model.
 *
 * @param stages what binds each stage, pipeline after pipeline; equal pipelines once
 * @param worths what more of something would bring
 * @param alternatives other plans, best first
 */
public record Explanation(
    List<StageBinding> stages, List<Worth> worths, List<Alternative> alternatives) {

  public Explanation {
    stages = List.copyOf(stages);
    worths = List.copyOf(worths);
    alternatives = List.copyOf(alternatives);
  }

  /**
   * What takes a stage's time: how much shorter it gets when one resource is faster, as a share of
   * what it would be if nothing else counted. The rest is start-up times.
   *
   * @param pipeline number of the first pipeline with this stage
   * @param stage number in the pipeline
   * @param seconds of one microbatch
   * @param compute share of time that goes with the rate of arithmetic
   * @param memoryBandwidth share that goes with memory bandwidth
   * @param link share that goes with links and network
   * @param memoryUsed largest share of a device's memory in use, headroom included
   * @param binding the largest of these, in words
   */
  public record StageBinding(
      int pipeline,
      int stage,
      double seconds,
      double compute,
      double memoryBandwidth,
      double link,
      double memoryUsed,
      String binding) {
    public StageBinding {
      requireNonNull(binding, "binding");
    }
  }

  /**
   * What more of a resource is worth.
   *
   * @param subject type of device, or {@code workload}
   * @param resource for example {@code 10 % more memory bandwidth}
   * @param tokensPerSecond gained
   * @param method how it was found: by the plan as it is, by a new plan, or at most by the bound
   */
  public record Worth(String subject, String resource, double tokensPerSecond, String method) {
    public Worth {
      requireNonNull(subject, "subject");
      requireNonNull(resource, "resource");
      requireNonNull(method, "method");
    }
  }

  /**
   * Another plan.
   *
   * @param description what is different
   * @param tokensPerSecond of it
   * @param costPerMillionTokensUsd NaN when a price is unknown
   */
  public record Alternative(
      String description, double tokensPerSecond, double costPerMillionTokensUsd) {
    public Alternative {
      requireNonNull(description, "description");
    }
  }
}
