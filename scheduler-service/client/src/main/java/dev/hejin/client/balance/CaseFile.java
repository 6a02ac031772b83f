package dev.hejin.client.balance;

import dev.hejin.client.importer.LoadFiles;
import dev.hejin.client.importer.RecordedLoad;
import dev.hejin.client.planfile.BadFile;
import dev.hejin.client.planfile.JsonFile;
import dev.hejin.scheduler.balance.InvalidProblemException;
import dev.hejin.scheduler.coactivation.Coactivation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One case: loads of experts and the devices for them. What only this form can have wrong is
 * checked here; what any problem can have wrong is checked by the engine.
 *
 * @param file where it was read
 * @param weights layers x experts, tokens
 * @param slots of each device
 * @param speeds of each device; all 1 when the file has none
 * @param groups expert groups; 1 unless bound to nodes
 * @param nodes that groups are bound to; 1 when any expert may be anywhere
 * @param firstMoeLayer dense layers before the first row of a recording; 0 when not known
 * @param coactivation how often experts are used together; null when the file does not say
 * @param trafficNodes nodes between which traffic counts, bound or not
 */
record CaseFile(
    Path file,
    double[][] weights,
    int[] slots,
    double[] speeds,
    int groups,
    int nodes,
    int firstMoeLayer,
    @Nullable Coactivation coactivation,
    int trafficNodes) {
  private static final int MAX_DEVICES = 65_535;
  private static final int ABSENT = Integer.MIN_VALUE;
  private static final int ENTRY = 5;
  private static final String FIX = "write [3, 17, 3, 40, 1200]";

  /** Reads a case. */
  static CaseFile read(Path file) {
    return read(file, RecordingOptions.NONE);
  }

  /** Reads a case, or a recording of loads, for which the devices are on the command line. */
  static CaseFile read(Path file, RecordingOptions said) {
    Draft draft = new Draft(file);
    if (!LoadFiles.isRecording(file)) {
      said.refuse(file);
      JsonFile.read(file, draft);
      return draft.build();
    }
    said.need(file);
    RecordedLoad load = LoadFiles.read(file);
    draft.weights = load.weights();
    draft.firstMoeLayer = load.firstMoeLayer();
    draft.devices = said.devices();
    draft.replicas = said.replicas();
    draft.nodes = said.nodes();
    draft.groups = said.groups();
    draft.policy = said.groups() > 1 ? "hierarchical" : "global";
    return draft.build();
  }

  /** What was found, field by field. */
  private static final class Draft implements JsonFile.Fields {
    private final Path file;
    private double @Nullable [][] weights;
    private double @Nullable [] speeds;
    private int @Nullable [] slots;
    private int replicas = ABSENT;
    private int devices = ABSENT;
    private int groups = 1;
    private int nodes = 1;
    private int layers = ABSENT;
    private int experts = ABSENT;
    private String policy = "global";
    private int firstMoeLayer;
    private double @Nullable [][] coactivation;

    Draft(Path file) {
      this.file = file;
    }

    @Override
    public void field(String name, JsonFile json) throws IOException {
      switch (name) {
        case "weights" -> weights = json.matrix(name);
        case "speeds" -> speeds = json.row(name);
        case "slots" -> slots = json.wholeRow(name);
        case "num_replicas" -> replicas = json.wholeNumber(name);
        case "num_gpus" -> devices = json.wholeNumber(name);
        case "num_groups" -> groups = json.wholeNumber(name);
        case "num_nodes" -> nodes = json.wholeNumber(name);
        case "num_layers" -> layers = json.wholeNumber(name);
        case "num_logical_experts" -> experts = json.wholeNumber(name);
        case "policy" -> policy = json.text(name);
        case "coactivation" -> coactivation = json.matrix(name);
        default -> json.skip();
      }
    }

    CaseFile build() {
      double[][] loads = weights;
      if (loads == null) {
        throw missing("weights", "give layers x experts, in tokens");
      }
      agree("num_layers", layers, loads.length, "rows of weights");
      agree("num_logical_experts", experts, loads.length == 0 ? 0 : loads[0].length, "experts");
      deviceCount();
      int[] room = room();
      double[] fast = speeds;
      if (fast == null) {
        fast = new double[devices];
        Arrays.fill(fast, 1);
      }
      agree("speeds.length", fast.length, devices, "devices in num_gpus");
      positive("num_groups", groups);
      positive("num_nodes", nodes);
      boolean bound =
          switch (policy) {
            case "global" -> false;
            case "hierarchical" -> true;
            default ->
                throw BadFile.field(
                    file, "policy", policy, "unknown", "use global or hierarchical");
          };
      return new CaseFile(
          file,
          loads,
          room,
          fast,
          bound ? groups : 1,
          bound ? nodes : 1,
          firstMoeLayer,
          together(loads),
          nodes);
    }

    /** Rows of layer, expert, layer, expert, tokens. */
    private @Nullable Coactivation together(double[][] loads) {
      double[][] rows = coactivation;
      if (rows == null) {
        return null;
      }
      if (devices % nodes != 0) {
        throw BadFile.field(
            file, "num_nodes", nodes, "does not divide " + devices + " devices", "leave it out");
      }
      int width = loads.length == 0 ? 0 : loads[0].length;
      Coactivation.Builder builder = new Coactivation.Builder(loads.length, width);
      for (int i = 0; i < rows.length; i++) {
        String at = "coactivation[" + i + "]";
        if (rows[i].length != ENTRY) {
          throw BadFile.field(
              file,
              at,
              Arrays.toString(rows[i]),
              "not [layer, expert, layer, expert, tokens]",
              FIX);
        }
        for (int k = 0; k < ENTRY - 1; k++) {
          if (rows[i][k] != Math.rint(rows[i][k]) || Math.abs(rows[i][k]) > Integer.MAX_VALUE) {
            throw BadFile.field(
                file, at + "[" + k + "]", rows[i][k], "not a whole number", "round");
          }
        }
        try {
          builder.add(
              (int) rows[i][0], (int) rows[i][1], (int) rows[i][2], (int) rows[i][3], rows[i][4]);
        } catch (InvalidProblemException e) {
          throw BadFile.of(file, e);
        }
      }
      return builder.build();
    }

    private void deviceCount() {
      int[] given = slots;
      if (devices == ABSENT) {
        if (given == null) {
          throw missing("num_gpus", "give the number of devices");
        }
        devices = given.length;
      }
      if (devices < 1 || devices > MAX_DEVICES) {
        throw BadFile.field(
            file, "num_gpus", devices, "not from 1 to " + MAX_DEVICES, "count the devices again");
      }
    }

    private int[] room() {
      int[] given = slots;
      if (given == null) {
        if (replicas == ABSENT) {
          throw missing("num_replicas", "give the number of slots of all devices");
        }
        if (replicas % devices != 0) {
          throw BadFile.field(
              file,
              "num_replicas",
              replicas,
              "does not divide over " + devices + " devices",
              "give slots for each device, or a multiple of " + devices);
        }
        int[] even = new int[devices];
        Arrays.fill(even, replicas / devices);
        return even;
      }
      agree("slots.length", given.length, devices, "devices in num_gpus");
      long sum = Arrays.stream(given).asLongStream().sum();
      if (replicas != ABSENT && sum != replicas) {
        throw BadFile.field(
            file, "num_replicas", replicas, "slots add up to " + sum, "leave num_replicas out");
      }
      return given;
    }

    private void agree(String field, int said, int is, String what) {
      if (said != ABSENT && said != is) {
        throw BadFile.field(
            file, field, said, "there are " + is + " " + what, "part of the file is missing");
      }
    }

    private void positive(String field, int value) {
      if (value < 1) {
        throw BadFile.field(file, field, value, "not positive", "use 1");
      }
    }

    private RuntimeException missing(String field, String fix) {
      return BadFile.field(file, field, "(absent)", "needed", fix);
    }
  }
}
