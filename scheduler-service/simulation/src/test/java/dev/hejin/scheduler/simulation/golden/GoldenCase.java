package dev.hejin.scheduler.simulation.golden;

import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.model.Bridge;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.Figure;
import dev.hejin.scheduler.model.Health;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Provenance;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.planner.PlanOptions;
import dev.hejin.scheduler.planner.PlanRequest;
import dev.hejin.scheduler.planner.ServiceGoal;
import dev.hejin.scheduler.planner.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * One case of a golden plan, from {@code in-case.yaml}: flat keys, and lists of {@code - } lines.
 *
 * @param request what is asked; nothing in force
 * @param several whether several pipelines are searched
 * @param lost node that is lost after planning; empty for none
 * @param goal of several pipelines
 * @param divides whether devices may divide layers where no plan without keeps the goal
 */
record GoldenCase(
    PlanRequest request, boolean several, String lost, ServiceGoal goal, boolean divides) {
  private static final double GIB = 1L << 30;

  /**
   * Figures in GiB, GB/s, Top/s, dollars and watts, round ones near the catalogue's; 0: not
   * supported.
   */
  private record Chip(
      String vendor,
      String chip,
      double memory,
      double bandwidth,
      double bf16,
      double int8,
      double fp8,
      double link,
      double price,
      double watts) {}

  private static final Map<String, Chip> CHIPS = new TreeMap<>();

  static {
    CHIPS.put("h20", new Chip("NVIDIA", "H20", 96, 4000, 148, 296, 296, 450, 1, 400));
    CHIPS.put("h800", new Chip("NVIDIA", "H800", 80, 3350, 989, 1978, 1978, 200, 2, 700));
    CHIPS.put("ascend", new Chip("Huawei", "910B2", 64, 1600, 376, 608, 0, 196, 1.1, 350));
    CHIPS.put("hygon", new Chip("Hygon", "K100_AI", 64, 896, 192, 392, 0, 100, 0.7, 350));
    CHIPS.put("mthreads", new Chip("Moore Threads", "S4000", 48, 768, 100, 200, 0, 120, 0.4, 450));
    CHIPS.put("l40s", new Chip("NVIDIA", "L40S", 48, 864, 362, 733, 733, 32, 0.8, 350));
    CHIPS.put("small", new Chip("NVIDIA", "T4", 16, 320, 65, 130, 0, 32, 0.3, 70));
  }

  static GoldenCase read(Path folder) throws IOException {
    Map<String, String> keys = new TreeMap<>();
    Map<String, List<String>> lists = new TreeMap<>();
    String key = "";
    for (String line : Files.readAllLines(folder.resolve("in-case.yaml"))) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith("  - ")) {
        lists.computeIfAbsent(key, k -> new ArrayList<>()).add(line.substring(4).strip());
      } else {
        int colon = line.indexOf(':');
        key = line.substring(0, colon);
        keys.put(key, line.substring(colon + 1).strip());
      }
    }
    ModelSpec model = ModelCatalog.bundled().model(keys.get("model"));
    Map<String, Double> speeds = new TreeMap<>();
    for (String entry : lists.getOrDefault("speeds", List.of())) {
      String[] parts = entry.split(": ");
      speeds.put(parts[0], Double.parseDouble(parts[1]));
    }
    PlanOptions usual = PlanOptions.DEFAULT;
    PlanOptions options =
        new PlanOptions(
            usual.policy(),
            PlanOptions.Objective.valueOf(keys.getOrDefault("objective", "THROUGHPUT")),
            usual.allowedPrecisions(),
            usual.redundantExpertShare(),
            usual.headroomExperts(),
            false,
            1);
    if ("searched".equals(keys.get("experts_apart"))) {
      options = options.withExpertsApart(true);
    }
    double network = Double.parseDouble(keys.getOrDefault("network_gbytes", "50"));
    PlanRequest request =
        new PlanRequest(
            model,
            new Pool(nodes(lists.getOrDefault("nodes", List.of()), network), speeds)
                .withBridges(bridges(keys)),
            new Workload(
                Integer.parseInt(keys.get("sequences")), Integer.parseInt(keys.get("context"))),
            load(model),
            options,
            null);
    return new GoldenCase(
        request,
        "several".equals(keys.get("pipelines")),
        keys.getOrDefault("lose", ""),
        goal(keys),
        "where needed".equals(keys.get("tensor_parallel")));
  }

  /** Two libraries, seconds, GB/s. */
  private static List<Bridge> bridges(Map<String, String> keys) {
    if (!keys.containsKey("bridge")) {
      return List.of();
    }
    String[] parts = keys.getOrDefault("bridge", "").split(", ");
    return List.of(
        new Bridge(
            parts[0], parts[1], Double.parseDouble(parts[2]), Double.parseDouble(parts[3]) * 1e9));
  }

  private static ServiceGoal goal(Map<String, String> keys) {
    int prompt = Integer.parseInt(keys.getOrDefault("prompt", "0"));
    return new ServiceGoal(
        ServiceGoal.Objective.valueOf(keys.getOrDefault("goal", "THROUGHPUT")),
        Double.parseDouble(keys.getOrDefault("demand", "0")),
        Double.parseDouble(keys.getOrDefault("tpot_seconds", "Infinity")),
        Double.parseDouble(keys.getOrDefault("ttft_seconds", "Infinity")),
        ServiceGoal.Roles.valueOf(keys.getOrDefault("roles", "TOGETHER")),
        prompt == 0 ? null : new Traffic(prompt, Integer.parseInt(keys.get("output"))));
  }

  /** Lines such as {@code 2 x h20 x 8}: two nodes of 8 devices. */
  private static List<Node> nodes(List<String> lines, double network) {
    List<Node> nodes = new ArrayList<>();
    for (String line : lines) {
      String[] parts = line.split(" x ");
      for (int n = 0; n < Integer.parseInt(parts[0]); n++) {
        String id = parts[1] + "-" + n;
        List<Device> devices = new ArrayList<>();
        for (int d = 0; d < Integer.parseInt(parts[2]); d++) {
          devices.add(device(CHIPS.get(parts[1]), id, d));
        }
        nodes.add(new Node(id, devices, figure(network * 1e9)));
      }
    }
    return nodes;
  }

  private static Device device(Chip chip, String node, int index) {
    EnumMap<Precision, Figure> rates = new EnumMap<>(Precision.class);
    rates.put(Precision.BF16, figure(chip.bf16() * 1e12));
    rates.put(Precision.INT8, figure(chip.int8() * 1e12));
    if (chip.fp8() > 0) {
      rates.put(Precision.FP8, figure(chip.fp8() * 1e12));
    }
    return new Device(
        node + "/" + index,
        node,
        chip.vendor(),
        chip.chip(),
        figure(chip.memory() * GIB),
        figure(chip.bandwidth() * 1e9),
        rates,
        figure(chip.link() * 1e9),
        chip.vendor() + "CL",
        figure(chip.price()),
        Health.HEALTHY,
        true,
        figure(chip.watts()));
  }

  private static Figure figure(double value) {
    return Figure.of(value, Provenance.OPERATOR, "golden case");
  }

  private static ExpertLoad load(ModelSpec model) {
    SplittableRandom random = new SplittableRandom(1);
    double[][] counts = new double[model.layers().size()][];
    for (int layer = 0; layer < counts.length; layer++) {
      counts[layer] = new double[model.layers().get(layer).routedExperts()];
      for (int expert = 0; expert < counts[layer].length; expert++) {
        counts[layer][expert] = Math.exp(0.5 * random.nextGaussian());
      }
    }
    return ExpertLoad.of(model, counts);
  }
}
