package dev.hejin.scheduler.simulation.golden;

import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.Pipeline;
import dev.hejin.scheduler.plan.ServicePlan;
import dev.hejin.scheduler.planner.PlanResult;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A plan as a few coarse lines: what a reviewer looks at, and no more digits than that takes. */
final class PlanPicture {
  private PlanPicture() {}

  static List<String> of(ServicePlan plan, Pool pool) {
    List<String> lines = new ArrayList<>();
    lines.add("tokens_per_second: " + rounded(plan.tokensPerSecond()));
    lines.add("gap_percent: " + Math.round(20 * plan.outcome().gap()) * 5);
    double cost = plan.costPerMillionTokensUsd();
    lines.add("usd_per_million_tokens: " + (Double.isNaN(cost) ? "unknown" : rounded(cost)));
    ServicePlan.Outcome outcome = plan.outcome();
    if (!outcome.objective().equals("tokens/s")) {
      lines.add("objective: " + rounded(outcome.value()) + " " + outcome.objective());
      lines.add("at_least: " + rounded(outcome.bound()));
    }
    if (!Double.isNaN(outcome.firstTokenSeconds())) {
      lines.add("first_token_seconds: " + rounded(outcome.firstTokenSeconds()));
      lines.add("token_seconds: " + rounded(plan.stepSeconds()));
    }
    lines.add("pipelines:");
    Map<String, Integer> equal = new LinkedHashMap<>();
    for (Pipeline pipeline : plan.pipelines()) {
      equal.merge(picture(pipeline, pool), 1, Integer::sum);
    }
    equal.forEach((text, count) -> lines.addAll(List.of((count + " of:\n" + text).split("\n"))));
    plan.refusals().forEach(refusal -> lines.add("not_used: " + refusal.subject()));
    return lines;
  }

  static List<String> of(PlanResult.Infeasible why) {
    List<String> lines = new ArrayList<>();
    lines.add("nothing fits: " + why.reason());
    lines.addAll(List.of(why.suggestion().split("\n")));
    return lines;
  }

  private static String picture(Pipeline pipeline, Pool pool) {
    StringBuilder text = new StringBuilder();
    if (pipeline.role() != Pipeline.Role.ALL) {
      text.append("  role: ").append(pipeline.role()).append('\n');
    }
    text.append(pipeline.decodes() ? "  sequences: " : "  prompt_tokens: ")
        .append(rounded(pipeline.workload().batchTokens()));
    List<Double> seconds = pipeline.plan().prediction().stageSeconds();
    List<StagePlacement> stages = pipeline.plan().placement().stages();
    for (int s = 0; s < stages.size(); s++) {
      StagePlacement stage = stages.get(s);
      text.append("\n  - layers ")
          .append(stage.firstLayer())
          .append("-")
          .append(stage.endLayer() - 1)
          .append(" on ")
          .append(devices(stage.deviceIds().subList(0, stage.attentionDevices()), pool))
          .append(experts(stage, pool))
          .append(stage.tensorParallel() == 1 ? "" : ", tensor parallel " + stage.tensorParallel())
          .append(", ")
          .append(stage.precision())
          .append(", ")
          .append(rounded(1000 * seconds.get(s)))
          .append(" ms");
    }
    String bottleneck = pipeline.plan().prediction().bottleneck();
    int part = bottleneck.indexOf(": ");
    int end = bottleneck.indexOf(" takes ");
    if (part > 0 && end > part) {
      int comma = bottleneck.indexOf(',');
      text.append("\n  bottleneck: ")
          .append(bottleneck, 0, comma)
          .append(", ")
          .append(bottleneck, part + 2, end);
    }
    return text.toString();
  }

  private static String experts(StagePlacement stage, Pool pool) {
    return stage.isApart()
        ? ", experts on "
            + devices(
                stage.deviceIds().subList(stage.attentionDevices(), stage.deviceIds().size()), pool)
            + ", "
            + stage.parts()
            + " parts"
        : "";
  }

  private static String devices(List<String> ids, Pool pool) {
    TreeMap<String, Integer> types = new TreeMap<>();
    for (String id : ids) {
      types.merge(pool.device(id).map(Device::type).orElse(id), 1, Integer::sum);
    }
    List<String> parts = new ArrayList<>();
    types.forEach((type, count) -> parts.add(count + " x " + type));
    return String.join(" + ", parts);
  }

  /** Two digits. */
  private static String rounded(double value) {
    return new BigDecimal(value).round(new MathContext(2)).stripTrailingZeros().toPlainString();
  }
}
