package dev.hejin.scheduler.planner;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds good layouts by estimated times.
 *
 * <p>A choice takes one option of each group: leave it out, or use all, half, a quarter ... of its
 * nodes as one, two, four ... stages; see {@link StageOptions}. All choices are tried when there
 * are few; otherwise groups are changed one at a time for as long as that helps, which may miss the
 * best. Stages of a group stay next to each other. Every choice is split in pool order first; the
 * {@value #REFINED} best are then tried with the groups in every order (up to four groups; more: as
 * they are and reversed).
 */
final class LayoutSearch {
  private static final int MOST_CHOICES = 1500;
  private static final int REFINED = 12;
  private static final int MOST_PERMUTED = 4;
  private static final int ROUNDS = 3;

  private final PlanningContext context;
  private final @Nullable InForce inForce;
  private final List<List<List<DeviceSet>>> options;
  private final Map<String, StageTable> tables = new TreeMap<>();
  private final Map<String, double[]> moved = new TreeMap<>();
  private final List<Found> found = new ArrayList<>();

  /** A choice that fits; {@code parts} holds the sets of each group in use, in order. */
  record Found(Layout layout, List<List<DeviceSet>> parts) {}

  LayoutSearch(PlanningContext context, @Nullable InForce inForce, Inventory inventory) {
    this.context = context;
    this.inForce = inForce;
    this.options = StageOptions.of(context, inventory, MOST_CHOICES);
  }

  /** Layouts that fit by estimate, best first. */
  List<Layout> run() {
    int groups = options.size();
    if (StageOptions.choices(options) <= MOST_CHOICES) {
      every(0, new int[groups]);
    } else {
      climb(new int[groups]);
    }
    found.sort(Comparator.comparing(Found::layout, this::compare));
    List<Layout> layouts = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      Layout best = found.get(i).layout();
      if (i < REFINED) {
        for (List<List<DeviceSet>> order : orders(found.get(i).parts())) {
          Layout layout = layout(order);
          if (layout != null && compare(layout, best) < 0) {
            best = layout;
          }
        }
      }
      layouts.add(best);
    }
    layouts.sort(this::compare);
    return layouts;
  }

  /** Best first; among equals the one with fewer devices. */
  private int compare(Layout a, Layout b) {
    PlanOptions.Objective objective = context.request().options().objective();
    int better = Double.compare(b.score(objective), a.score(objective));
    return better != 0 ? better : Integer.compare(a.devices(), b.devices());
  }

  /** Option number {@code choice[g]} of each group; one past the last leaves the group out. */
  private void every(int group, int[] choice) {
    if (group == choice.length) {
      evaluate(choice);
      return;
    }
    for (int option = 0; option <= options.get(group).size(); option++) {
      choice[group] = option;
      every(group + 1, choice);
    }
  }

  private void climb(int[] choice) {
    Layout best = evaluate(choice);
    for (int round = 0; round < ROUNDS; round++) {
      boolean improved = false;
      for (int group = 0; group < choice.length; group++) {
        int kept = choice[group];
        for (int option = 0; option <= options.get(group).size(); option++) {
          int before = choice[group];
          choice[group] = option;
          Layout layout = option == kept ? null : evaluate(choice);
          if (layout != null && (best == null || compare(layout, best) < 0)) {
            best = layout;
            improved = true;
          } else {
            choice[group] = before;
          }
        }
      }
      if (!improved) {
        return;
      }
    }
  }

  private @Nullable Layout evaluate(int[] choice) {
    List<List<DeviceSet>> parts = new ArrayList<>();
    for (int group = 0; group < choice.length; group++) {
      if (choice[group] < options.get(group).size()) {
        parts.add(options.get(group).get(choice[group]));
      }
    }
    Layout layout = parts.isEmpty() ? null : layout(parts);
    if (layout != null) {
      found.add(new Found(layout, parts));
    }
    return layout;
  }

  private @Nullable Layout layout(List<List<DeviceSet>> parts) {
    return layout(parts.stream().flatMap(List::stream).toList(), inForce);
  }

  /** The best division of the layers over the sets in this order; null when none fits. */
  @Nullable Layout layout(List<DeviceSet> sets, @Nullable InForce keep) {
    List<StageTable> stages = tables(sets);
    LayerSplit.Penalty penalty = null;
    if (keep != null) {
      double[][] moved = sets.stream().map(set -> moved(keep, set)).toArray(double[][]::new);
      penalty = (stage, layer) -> moved[stage][layer];
    }
    LayerSplit.Split split = LayerSplit.of(stages, context.layers(), penalty);
    if (split == null) {
      return null;
    }
    double step =
        Math.max(context.microbatches(sets.size()) * split.mostSeconds(), split.sumSeconds());
    return new Layout(sets, split.ends(), context.batchTokens() / step);
  }

  /** Of each layer, the share of the set's devices that do not hold it now. */
  private double[] moved(InForce keep, DeviceSet set) {
    return moved.computeIfAbsent(
        String.join(" ", set.deviceIds()),
        key -> {
          double[] shares = new double[context.layers()];
          for (int layer = 0; layer < shares.length; layer++) {
            shares[layer] = keep.moved(set, layer);
          }
          return shares;
        });
  }

  /** Tables of stages that work on microbatches of that many stages. */
  List<StageTable> tables(List<DeviceSet> sets) {
    List<StageTable> stages = new ArrayList<>();
    for (DeviceSet set : sets) {
      String key =
          sets.size() + "|" + set.precision() + "|" + set.expertPrecision() + set.deviceIds();
      stages.add(
          tables.computeIfAbsent(
              key, k -> new StageTable(context, set, context.microbatchTokens(sets.size()))));
    }
    return stages;
  }

  /** All orders of up to four groups; of more, the given one and its reverse. */
  static List<List<List<DeviceSet>>> orders(List<List<DeviceSet>> parts) {
    if (parts.size() > MOST_PERMUTED) {
      return List.of(parts, parts.reversed());
    }
    List<List<List<DeviceSet>>> orders = new ArrayList<>();
    permute(new ArrayList<>(), parts, orders);
    return orders;
  }

  private static void permute(
      List<List<DeviceSet>> chosen,
      List<List<DeviceSet>> left,
      List<List<List<DeviceSet>>> orders) {
    if (left.isEmpty()) {
      orders.add(List.copyOf(chosen));
      return;
    }
    for (int i = 0; i < left.size(); i++) {
      List<List<DeviceSet>> rest = new ArrayList<>(left);
      chosen.add(rest.remove(i));
      permute(chosen, rest, orders);
      chosen.removeLast();
    }
  }
}
