package dev.hejin.client.export;

import dev.hejin.client.CommandFailure;
import dev.hejin.client.planfile.StoredPlan;
import java.nio.file.Path;
import java.util.Locale;

/** Refuses, for one engine, the plans that it cannot express; the reason says what and where. */
final class PlanChecks {
  private final Path file;
  private final StoredPlan plan;
  private final EngineFormat format;

  private PlanChecks(Path file, StoredPlan plan, EngineFormat format) {
    this.file = file;
    this.plan = plan;
    this.format = format;
  }

  static void check(Path file, StoredPlan plan, EngineFormat format) {
    PlanChecks checks = new PlanChecks(file, plan, format);
    if (format.placesExperts()) {
      checks.equalSlots();
    } else {
      checks.loads();
    }
    if (format == EngineFormat.VLLM_ASCEND) {
      checks.distinct();
    }
    if (format == EngineFormat.VLLM_RANKS) {
      checks.oneRankEach();
    }
  }

  private void equalSlots() {
    int[] slots = plan.deviceSlots();
    for (int d = 1; d < slots.length; d++) {
      if (slots[d] != slots[0]) {
        throw refused(
            "device_slots[%d] = %d: device 0 has %d, and %s wants the same number of slots on every"
                + " rank.%nMaybe balance the case without slots, or with equal ones.",
            d, slots[d], slots[0], format.id());
      }
    }
  }

  private void loads() {
    if (plan.history().length == 0) {
      throw refused(
          "history = []: %s is a file of loads, and the plan has none.%nMaybe balance again with"
              + " loads, or export for sglang.",
          format.id());
    }
  }

  private void distinct() {
    for (int l = 0; l < plan.slotExpert().length; l++) {
      int start = 0;
      for (int d = 0; d < plan.deviceSlots().length; d++) {
        int end = start + plan.deviceSlots()[d];
        for (int s = start; s < end; s++) {
          for (int other = start; other < s; other++) {
            if (plan.slotExpert()[l][s] == plan.slotExpert()[l][other]) {
              throw refused(
                  "physical_to_logical_map[%d][%d] = %d: twice on device %d, which the map of %s"
                      + " cannot express.%nMaybe balance again: plans of hejin never do.",
                  l, s, plan.slotExpert()[l][s], d, format.id());
            }
          }
        }
        start = end;
      }
    }
  }

  private void oneRankEach() {
    int[][] rows = plan.slotExpert();
    if (rows[0].length != plan.experts()) {
      throw refused(
          "logical_count: %d slots for %d experts: %s gives each expert one rank, no replicas.%n"
              + "Maybe export for vllm, or balance with as many replicas as experts.",
          rows[0].length, plan.experts(), format.id());
    }
    int[] rank = new int[plan.experts()];
    int perDevice = plan.deviceSlots()[0];
    for (int l = 0; l < rows.length; l++) {
      for (int s = 0; s < rows[l].length; s++) {
        int e = rows[l][s];
        if (l == 0) {
          rank[e] = s / perDevice;
        } else if (rank[e] != s / perDevice) {
          throw refused(
              "physical_to_logical_map[%d][%d] = %d: on device %d, in layer 0 on device %d; %s has"
                  + " one map for all layers.%nMaybe export for vllm, which has one for each.",
              l, s, e, s / perDevice, rank[e], format.id());
        }
      }
    }
  }

  private CommandFailure refused(String pattern, Object... values) {
    return CommandFailure.refused(file + ": " + String.format(Locale.ROOT, pattern, values));
  }
}
