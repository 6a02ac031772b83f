package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.plan.Refusal;
import dev.hejin.scheduler.planner.Inventory.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Explains usable devices and stages that a plan does not use. */
final class Leftovers {
  private Leftovers() {}

  /**
   * One refusal for each group that is not used at all, else for each unused device.
   *
   * @param layouts all that fit by estimate, best first
   * @param fresh the new plan that was not taken in favour of kept stages; null when none was
   */
  static List<Refusal> refusals(
      Inventory inventory, List<Layout> layouts, Draft chosen, @Nullable Draft fresh) {
    TreeSet<String> used = new TreeSet<>();
    chosen.layout().sets().forEach(set -> used.addAll(set.deviceIds()));
    List<Refusal> refusals = new ArrayList<>();
    for (Group group : inventory.groups()) {
      List<String> unused =
          group.members().stream()
              .map(member -> member.device().id())
              .filter(id -> !used.contains(id))
              .toList();
      if (unused.size() == group.members().size()) {
        String reason = reason(unused.getFirst(), layouts, chosen, fresh);
        refusals.add(new Refusal(unused.size() + " x " + group.type(), reason));
      } else {
        unused.forEach(id -> refusals.add(new Refusal(id, reason(id, layouts, chosen, fresh))));
      }
    }
    return refusals;
  }

  private static String reason(
      String id, List<Layout> layouts, Draft chosen, @Nullable Draft fresh) {
    double now = chosen.prediction().tokensPerSecond();
    if (fresh != null && uses(fresh.layout(), id)) {
      return String.format(
          Locale.ROOT,
          "the stages in force are kept at %.0f tokens/s; a new plan would do %.0f",
          now,
          fresh.prediction().tokensPerSecond());
    }
    for (Layout layout : layouts) {
      if (uses(layout, id)) {
        return String.format(
            Locale.ROOT,
            "not better: the best layout with it is estimated at %.0f tokens/s with balanced experts,"
                + " this plan does %.0f",
            layout.tokensPerSecond(),
            now);
      }
    }
    return "no layout that uses it fits in memory";
  }

  private static boolean uses(Layout layout, String id) {
    return layout.sets().stream().anyMatch(set -> set.deviceIds().contains(id));
  }

  static Refusal refuseKept(Draft kept, Draft fresh) {
    return new Refusal(
        "stages in force",
        String.format(
            Locale.ROOT,
            "keeping them would do %.0f tokens/s, the new plan %.0f",
            kept.prediction().tokensPerSecond(),
            fresh.prediction().tokensPerSecond()));
  }
}
