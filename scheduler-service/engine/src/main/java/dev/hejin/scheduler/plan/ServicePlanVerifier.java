package dev.hejin.scheduler.plan;

import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.Violation.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Checks plans of several pipelines that others wrote: each by {@link PlacementVerifier}, and that
 * they share no device and those of each role together take all traffic. Bad plans give violations,
 * never exceptions.
 */
public final class ServicePlanVerifier {
  private static final double TOLERANCE = 1e-6;

  private ServicePlanVerifier() {}

  /**
   * All that is wrong with a plan.
   *
   * @param sequences that the pipelines are to decode together
   */
  public static List<Violation> verify(
      ModelSpec model,
      Pool pool,
      ServicePlan plan,
      int sequences,
      ToLongFunction<Shard> shardBytes) {
    List<Violation> violations = new ArrayList<>();
    TreeMap<String, Integer> user = new TreeMap<>();
    EnumMap<Pipeline.Role, Double> shares = new EnumMap<>(Pipeline.Role.class);
    long total = 0;
    for (int p = 0; p < plan.pipelines().size(); p++) {
      Pipeline pipeline = plan.pipelines().get(p);
      violations.addAll(PlacementVerifier.verify(model, pool, pipeline.plan(), shardBytes));
      shares.merge(pipeline.role(), pipeline.trafficShare(), Double::sum);
      total += pipeline.decodes() ? pipeline.workload().batchTokens() : 0;
      for (StagePlacement stage : pipeline.plan().placement().stages()) {
        for (String id : stage.deviceIds()) {
          Integer other = user.putIfAbsent(id, p);
          if (other != null && other != p) {
            violations.add(
                new Violation(Kind.DEVICE_REPEATED, id, "is in pipelines " + other + " and " + p));
          }
        }
      }
      if (!(pipeline.trafficShare() >= 0)) {
        violations.add(
            new Violation(
                Kind.TRAFFIC_SHARE_SUM,
                "pipeline " + p,
                "takes a share of " + pipeline.trafficShare()));
      }
    }
    shares.forEach(
        (role, share) -> {
          if (!(Math.abs(share - 1) <= TOLERANCE)) {
            violations.add(
                new Violation(
                    Kind.TRAFFIC_SHARE_SUM,
                    "service",
                    "traffic shares of " + role + " sum to " + share));
          }
        });
    boolean halved =
        shares.containsKey(Pipeline.Role.PREFILL) != shares.containsKey(Pipeline.Role.DECODE);
    if (halved) {
      violations.add(
          new Violation(
              Kind.TRAFFIC_SHARE_SUM, "service", "has pipelines of one role of two: " + shares));
    }
    if (total != sequences) {
      violations.add(
          new Violation(
              Kind.TRAFFIC_SHARE_SUM,
              "service",
              "decodes " + total + " sequences, the workload has " + sequences));
    }
    return List.copyOf(violations);
  }
}
