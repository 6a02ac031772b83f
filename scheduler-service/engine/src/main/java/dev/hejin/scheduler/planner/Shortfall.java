package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Refusal;
import dev.hejin.scheduler.planner.Inventory.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Says why no layout fits, how much is missing, and which change would help. */
final class Shortfall {
  private static final double GIB = 1L << 30;

  private Shortfall() {}

  static PlanResult explain(PlanningContext context, Inventory inventory, List<Refusal> refusals) {
    if (inventory.groups().isEmpty()) {
      return new PlanResult.Infeasible(
          "none of "
              + context.request().pool().devices().size()
              + " devices can be used, see the refusals",
          0,
          "Maybe add a healthy device of known memory that supports "
              + context.model().nativePrecision(),
          refusals);
    }
    double missing = Math.max(1, missing(context, inventory));
    String reason =
        String.format(
            Locale.ROOT,
            "model '%s' with %d sequences of %d tokens lacks %.1f GiB on %s in the best layout",
            context.model().name(),
            context.batchTokens(),
            context.request().workload().contextTokens(),
            missing / GIB,
            describe(inventory));
    return new PlanResult.Infeasible(
        reason, (long) Math.ceil(missing), suggestion(context, inventory, missing), refusals);
  }

  private static String describe(Inventory inventory) {
    List<String> parts = new ArrayList<>();
    for (Group group : inventory.groups()) {
      parts.add(group.members().size() + " x " + group.type());
    }
    return String.join(", ", parts);
  }

  /** Least bytes that the layers which find no room need, over a few layouts of all devices. */
  private static double missing(PlanningContext context, Inventory inventory) {
    LayoutSearch search = new LayoutSearch(context, null, inventory);
    List<List<DeviceSet>> whole = new ArrayList<>();
    List<List<DeviceSet>> cut = new ArrayList<>();
    for (List<List<DeviceSet>> options : StageOptions.of(context, inventory, 0)) {
      whole.add(options.getFirst());
      cut.add(options.size() > 1 ? options.get(1) : options.getFirst());
    }
    double least = Double.POSITIVE_INFINITY;
    List<List<List<DeviceSet>>> layouts = new ArrayList<>(LayoutSearch.orders(whole));
    layouts.addAll(LayoutSearch.orders(cut));
    whole.forEach(alone -> layouts.add(List.of(alone)));
    for (List<List<DeviceSet>> parts : layouts) {
      List<DeviceSet> sets = parts.stream().flatMap(List::stream).toList();
      if (sets.size() <= context.layers()) {
        least = Math.min(least, missing(search.tables(sets), context.layers()));
      }
    }
    return least;
  }

  /** Fills stages in order with as many layers as fit; what is left lacks room on the last. */
  private static double missing(List<StageTable> stages, int layers) {
    int begin = 0;
    for (int s = 0; s < stages.size() - 1; s++) {
      int end = begin;
      while (end < layers - 1 && stages.get(s).fits(begin, end + 1, begin == 0, false)) {
        end++;
      }
      begin = end;
    }
    return stages.getLast().missingBytes(begin, layers, begin == 0, true);
  }

  private static String suggestion(
      PlanningContext context, Inventory inventory, double missingBytes) {
    List<String> ways = new ArrayList<>();
    Workload workload = context.request().workload();
    int batch = smallest(context, inventory, workload.batchTokens(), true);
    if (batch > 0) {
      ways.add("batch_tokens " + batch + " instead of " + workload.batchTokens());
    }
    int tokens = smallest(context, inventory, workload.contextTokens(), false);
    if (tokens > 0) {
      ways.add("context_tokens " + tokens + " instead of " + workload.contextTokens());
    }
    for (Group group : inventory.groups()) {
      if (group.expertPrecisions().getFirst().bits() > 8
          && group.members().stream().anyMatch(m -> m.device().supports(eight(m)))) {
        ways.add("allow " + eight(group.members().getFirst()) + " on " + group.type());
      }
    }
    ways.add(more(context, inventory, missingBytes));
    return "Maybe " + String.join("; or ", ways) + ".";
  }

  private static Precision eight(Member member) {
    return member.device().supports(Precision.FP8) ? Precision.FP8 : Precision.INT8;
  }

  /** The first halving of the batch or the context with which everything fits; 0 for none. */
  private static int smallest(
      PlanningContext context, Inventory inventory, int from, boolean batch) {
    PlanRequest request = context.request();
    for (int value = from / 2; value >= 1; value /= 2) {
      Workload workload =
          batch
              ? new Workload(value, request.workload().contextTokens())
              : new Workload(request.workload().batchTokens(), value);
      PlanningContext smaller =
          PlanningContext.of(
              new PlanRequest(
                  request.model(),
                  request.pool(),
                  workload,
                  request.load(),
                  request.options(),
                  null));
      if (missing(smaller, inventory) <= 0) {
        return value;
      }
    }
    return 0;
  }

  /** How many more devices of the roomiest type would hold what is missing. */
  private static String more(PlanningContext context, Inventory inventory, double missingBytes) {
    Member roomiest = inventory.groups().getFirst().members().getFirst();
    double most = 0;
    for (Group group : inventory.groups()) {
      for (Member member : group.members()) {
        int devices = group.members().size();
        double free =
            (double) member.capacityBytes()
                - context
                    .memory()
                    .workspaceBytes(
                        member.device().collectiveLibrary(),
                        member.capacityBytes(),
                        1.0 / devices,
                        devices,
                        false)
                - context.request().options().headroomExperts()
                    * context.memory().largestExpertBytes(group.expertPrecisions().getFirst());
        if (free > most) {
          most = free;
          roomiest = member;
        }
      }
    }
    if (most <= 0) {
      return "use devices with more memory";
    }
    return String.format(
        Locale.ROOT,
        "add at least %.0f devices like %s with %.0f GiB each",
        Math.ceil(missingBytes / most),
        roomiest.device().type(),
        roomiest.capacityBytes() / GIB);
  }
}
