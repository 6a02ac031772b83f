package dev.hejin.scheduler.balance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Reads the recorded and synthetic cases that are kept beside the project, where they are. */
final class SharedCases {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path root;

  SharedCases() {
    String set = System.getProperty("hejin.shared", "");
    String project = System.getProperty("hejin.root", ".");
    root = set.isEmpty() ? Path.of(project).resolve("../shared") : Path.of(set);
  }

  boolean present() {
    return Files.isDirectory(root.resolve("data/balance-cases"));
  }

  /** A case of the folders {@code balance-cases} and {@code balance-cases-measured}. */
  BalanceProblem.Builder problem(String name) throws IOException {
    JsonNode node = caseNode(name);
    double[][] weights = matrix(node.get("weights"));
    BalanceProblem.Builder builder =
        BalanceProblem.builder(
            weights, node.get("num_replicas").asInt(), node.get("num_gpus").asInt());
    if (node.has("speeds")) {
      builder.speeds(vector(node.get("speeds")));
    }
    if (node.get("policy").asText().equals("hierarchical")) {
      builder.hierarchy(node.get("num_groups").asInt(), node.get("num_nodes").asInt());
    }
    return builder;
  }

  double[][] weights(String name) throws IOException {
    return matrix(caseNode(name).get("weights"));
  }

  /** The published lower bound of a measured case, in seconds. */
  double lowerBoundSeconds(String name) throws IOException {
    return caseNode(name).get("lower_bound_s").asDouble();
  }

  /** Recorded loads, without layers that have none. */
  double[][] recorded(String name) throws IOException {
    double[][] all = matrix(read("expert-load/" + name + ".json").get("logical_count"));
    List<double[]> loaded = new ArrayList<>();
    for (double[] row : all) {
      double sum = 0;
      for (double w : row) {
        sum += w;
      }
      if (sum > 0) {
        loaded.add(row);
      }
    }
    return loaded.toArray(double[][]::new);
  }

  /** Windows x layers x experts of the drifting trace. */
  double[][][] windows() throws IOException {
    JsonNode node = read("expert-load/drift_prefill_24windows.json.gz").get("windows");
    double[][][] windows = new double[node.size()][][];
    for (int t = 0; t < windows.length; t++) {
      windows[t] = matrix(node.get(t));
    }
    return windows;
  }

  private JsonNode caseNode(String name) throws IOException {
    boolean plain = Files.exists(root.resolve("data/balance-cases/" + name + ".json"));
    return read((plain ? "balance-cases/" : "balance-cases-measured/") + name + ".json");
  }

  private JsonNode read(String file) throws IOException {
    try (InputStream raw = Files.newInputStream(root.resolve("data").resolve(file));
        InputStream in = file.endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      return JSON.readTree(in);
    }
  }

  private static double[][] matrix(JsonNode node) {
    double[][] rows = new double[node.size()][];
    for (int l = 0; l < rows.length; l++) {
      rows[l] = vector(node.get(l));
    }
    return rows;
  }

  private static double[] vector(JsonNode node) {
    double[] row = new double[node.size()];
    for (int e = 0; e < row.length; e++) {
      row[e] = node.get(e).asDouble();
    }
    return row;
  }
}
