package dev.hejin.client.importer;

import dev.hejin.client.planfile.BadFile;
import dev.hejin.client.planfile.StoredPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A placement as an engine's file says it; some files leave devices or dense layers unsaid.
 *
 * @param file where it was read
 * @param engine whose form it is
 * @param rows rows x slots in device order: the expert in each slot
 * @param deviceSlots slots of each device; empty when the file does not say
 * @param firstLayer index in the model of the first row; {@link #UNKNOWN} when rows are numbered by
 *     MoE layer only
 * @param scope which layers the rows stand for
 */
record EnginePlacement(
    Path file, String engine, int[][] rows, int[] deviceSlots, int firstLayer, Scope scope) {
  static final int UNKNOWN = -1;

  private static final int MAX_LAYERS = 10_000;

  /** Which layers rows stand for. */
  enum Scope {
    /** Every hidden layer, dense ones included. */
    HIDDEN_LAYERS,
    /** Every MoE layer. */
    MOE_LAYERS,
    /** One row for all MoE layers. */
    ALL_ALIKE
  }

  /**
   * What the file leaves unsaid; {@link #UNKNOWN} where nobody says it.
   *
   * @param devices expert-parallel ranks
   * @param layers MoE layers
   * @param firstMoeLayer dense layers before the first MoE layer
   * @param layerStep every how many layers one is an MoE layer
   */
  record Said(int devices, int layers, int firstMoeLayer, int layerStep) {}

  StoredPlan plan(Said said) {
    int[][] moe = moeRows(said);
    if (moe.length == 0 || moe[0].length == 0) {
      throw BadFile.field(file, engine + " map", "[]", "no layers", "this is another file");
    }
    int experts = 0;
    for (int l = 0; l < moe.length; l++) {
      String at = engine + " map of layer " + l;
      if (moe[l].length != moe[0].length) {
        throw BadFile.field(
            file, at, moe[l].length + " slots", "layer 0 has " + moe[0].length, "a row was cut");
      }
      for (int e : moe[l]) {
        if (e < 0 || e >= moe[l].length) {
          throw BadFile.field(file, at, e, "no expert has that number", "the file is damaged");
        }
        experts = Math.max(experts, e + 1);
      }
    }
    complete(moe, experts);
    return StoredPlan.even(moe, slots(moe[0].length, said.devices()), experts, dense(said));
  }

  private void complete(int[][] moe, int experts) {
    for (int l = 0; l < moe.length; l++) {
      boolean[] found = new boolean[experts];
      for (int e : moe[l]) {
        found[e] = true;
      }
      for (int e = 0; e < experts; e++) {
        if (!found[e]) {
          throw BadFile.field(
              file, engine + " map of layer " + l, e, "the expert is in no slot", "a row was cut");
        }
      }
    }
  }

  private int dense(Said said) {
    if (firstLayer != UNKNOWN) {
      return firstLayer;
    }
    if (said.firstMoeLayer() != UNKNOWN) {
      return said.firstMoeLayer();
    }
    boolean told = scope == Scope.HIDDEN_LAYERS && said.layers() != UNKNOWN;
    return told ? Math.max(0, rows.length - said.layers()) : 0;
  }

  private int[][] moeRows(Said said) {
    if (scope == Scope.ALL_ALIKE) {
      int layers = said.layers() == UNKNOWN ? 1 : Math.min(said.layers(), MAX_LAYERS);
      int[][] all = new int[layers][];
      Arrays.setAll(all, l -> rows[0].clone());
      return all;
    }
    if (scope == Scope.MOE_LAYERS) {
      return rows;
    }
    List<int[]> moe = new ArrayList<>();
    for (int l = dense(said); l < rows.length; l += said.layerStep()) {
      moe.add(rows[l]);
    }
    return moe.toArray(int[][]::new);
  }

  private int[] slots(int total, int devices) {
    if (deviceSlots.length > 0) {
      if (devices != UNKNOWN && devices != deviceSlots.length) {
        throw BadFile.field(
            file,
            "devices",
            deviceSlots.length,
            devices + " are asked for",
            "it is another pool's");
      }
      return deviceSlots;
    }
    if (devices == UNKNOWN) {
      throw BadFile.option(
          "--devices", "(absent)", "a file of " + engine + " does not say it", "give the EP size");
    }
    if (total % devices != 0) {
      throw BadFile.field(
          file,
          engine + " map",
          total + " slots",
          "do not divide over " + devices + " devices",
          "the file is of another pool");
    }
    int[] slots = new int[devices];
    Arrays.fill(slots, total / devices);
    return slots;
  }
}
