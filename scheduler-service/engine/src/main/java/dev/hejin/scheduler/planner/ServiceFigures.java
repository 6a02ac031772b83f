package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.DeviceRates;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.Pipeline;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What built pipelines do together.
 *
 * @param tokensPerSecond decoded; the lesser of what is decoded and what is read and handed over
 * @param stepSeconds longest time between two tokens
 * @param firstTokenSeconds mean; NaN when the traffic is not known
 * @param units of all devices by the objective, rent by the hour, and watts
 */
record ServiceFigures(
    double tokensPerSecond,
    double stepSeconds,
    double firstTokenSeconds,
    double units,
    double rentPerHourUsd,
    double watts) {

  /** Pipelines that read are loaded to at most this part: a queue that is always full grows. */
  static final double MOST_LOAD = 0.85;

  static ServiceFigures of(
      PlanningContext context,
      Inventory inventory,
      List<Pipeline> pipelines,
      ServiceGoal.Objective objective,
      @Nullable Traffic traffic) {
    double decoded = 0;
    double read = 0;
    double step = 0;
    double units = 0;
    double rent = 0;
    double watts = 0;
    for (Pipeline pipeline : pipelines) {
      double rate = pipeline.plan().prediction().tokensPerSecond();
      if (pipeline.decodes()) {
        decoded += rate;
        step = Math.max(step, pipeline.plan().prediction().stepSeconds());
      } else {
        read += rate;
      }
      for (StagePlacement stage : pipeline.plan().placement().stages()) {
        for (Member member : members(inventory, stage)) {
          units += DeviceUnits.of(objective, member.device());
          rent += member.device().pricePerHourUsd().or(Double.NaN);
          watts += member.device().designWatts().or(Double.NaN);
        }
      }
    }
    double first = Double.NaN;
    if (traffic != null && read > 0) {
      double handed = handedOver(context, inventory, pipelines);
      double most = Math.min(MOST_LOAD * read, handed);
      decoded = Math.min(decoded, most / traffic.promptsForEach());
      double load = decoded * traffic.promptsForEach() / read;
      first = apartSeconds(context, inventory, pipelines, traffic, load);
    } else if (traffic != null) {
      first = togetherSeconds(context, inventory, pipelines, traffic);
    }
    return new ServiceFigures(decoded, step, first, units, rent, watts);
  }

  static List<Member> members(Inventory inventory, StagePlacement stage) {
    List<Member> members = new ArrayList<>();
    for (String id : stage.deviceIds()) {
      Member member = inventory.member(id);
      if (member != null) {
        members.add(member);
      }
    }
    return members;
  }

  private static double togetherSeconds(
      PlanningContext context, Inventory inventory, List<Pipeline> pipelines, Traffic traffic) {
    double sum = 0;
    double total = 0;
    for (Pipeline pipeline : pipelines) {
      List<Double> seconds = pipeline.plan().prediction().stageSeconds();
      double slowest = seconds.stream().mapToDouble(Double::doubleValue).max().orElse(0);
      FirstToken first = new FirstToken(slowest);
      double tokens = (double) pipeline.workload().batchTokens() / seconds.size();
      for (int s = 0; s < seconds.size(); s++) {
        StagePlacement stage = pipeline.plan().placement().stages().get(s);
        DeviceSet set =
            new DeviceSet(
                "",
                members(inventory, stage),
                stage.tokenShares(),
                stage.precision(),
                stage.expertPrecision(),
                stage.tensorParallel());
        PromptTimes prompts = PromptTimes.of(context, set, traffic);
        first.add(
            seconds.get(s),
            prompts.passSeconds(stage.firstLayer(), stage.endLayer()),
            prompts.passesForEach() * tokens);
      }
      double rate = pipeline.plan().prediction().tokensPerSecond();
      sum += rate * first.seconds();
      total += rate;
    }
    return sum / total;
  }

  /** Through the reading pipeline, the wait before it, and the cache on its way. */
  private static double apartSeconds(
      PlanningContext context,
      Inventory inventory,
      List<Pipeline> pipelines,
      Traffic traffic,
      double load) {
    double sum = 0;
    double total = 0;
    for (Pipeline pipeline : pipelines) {
      if (pipeline.decodes()) {
        continue;
      }
      List<Double> seconds = pipeline.plan().prediction().stageSeconds();
      double slowest = seconds.stream().mapToDouble(Double::doubleValue).max().orElse(0);
      double least = Double.POSITIVE_INFINITY;
      for (StagePlacement stage : pipeline.plan().placement().stages()) {
        for (Member member : members(inventory, stage)) {
          least = Math.min(least, member.rates().networkBytesPerSecond());
        }
      }
      double transfer = traffic.promptTokens() * cacheBytes(context, 0, context.layers()) / least;
      double rate = pipeline.plan().prediction().tokensPerSecond();
      sum +=
          rate
              * (pipeline.plan().prediction().stepSeconds()
                  + FirstToken.waitSeconds(slowest, load)
                  + transfer);
      total += rate;
    }
    return sum / total;
  }

  /** Prompt tokens a second whose cache the network takes away from all reading stages. */
  private static double handedOver(
      PlanningContext context, Inventory inventory, List<Pipeline> pipelines) {
    double sum = 0;
    for (Pipeline pipeline : pipelines) {
      if (pipeline.decodes()) {
        continue;
      }
      double least = Double.POSITIVE_INFINITY;
      for (StagePlacement stage : pipeline.plan().placement().stages()) {
        double network =
            members(inventory, stage).stream()
                .map(Member::rates)
                .mapToDouble(DeviceRates::networkBytesPerSecond)
                .sum();
        double bytes = cacheBytes(context, stage.firstLayer(), stage.endLayer());
        least = Math.min(least, bytes > 0 ? network / bytes : least);
      }
      sum += least;
    }
    return sum;
  }

  private static double cacheBytes(PlanningContext context, int from, int to) {
    double bytes = 0;
    for (LayerSpec layer : context.model().layers().subList(from, to)) {
      bytes += context.memory().kvBytesPerToken(layer);
    }
    return bytes;
  }
}
