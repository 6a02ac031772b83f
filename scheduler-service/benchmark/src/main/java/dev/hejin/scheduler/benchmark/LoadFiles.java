package dev.hejin.scheduler.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Recorded loads and cases with speeds, from JSON files, plain or compressed. */
final class LoadFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private LoadFiles() {}

  static JsonNode read(Path file) throws IOException {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      return JSON.readTree(in);
    }
  }

  /** The files of a folder whose names end so, by name. */
  static List<Path> files(Path folder, String end) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(end)).sorted().toList();
    }
  }

  /** {@code logical_count} of a recording without layers that have no load, or null. */
  static double @Nullable [][] recorded(Path file) throws IOException {
    JsonNode counts = read(file).get("logical_count");
    if (counts == null) {
      return null;
    }
    List<double[]> loaded = new ArrayList<>();
    for (double[] row : matrix(counts)) {
      if (Arrays.stream(row).sum() > 0) {
        loaded.add(row);
      }
    }
    return loaded.toArray(double[][]::new);
  }

  static double[][] matrix(JsonNode node) {
    double[][] rows = new double[node.size()][];
    for (int l = 0; l < rows.length; l++) {
      rows[l] = vector(node.get(l));
    }
    return rows;
  }

  static double[] vector(JsonNode node) {
    double[] row = new double[node.size()];
    Arrays.setAll(row, e -> node.get(e).asDouble());
    return row;
  }
}
