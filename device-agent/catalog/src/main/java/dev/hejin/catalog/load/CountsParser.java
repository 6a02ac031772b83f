package dev.hejin.catalog.load;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.hejin.catalog.file.InvalidFileException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads nested lists of counts one number at a time and sums the steps; keeps one step only. */
final class CountsParser {

  private static final int MAX_LAYERS = 4096;
  private static final int MAX_EXPERTS = 65_536;

  private final String file;
  private final String root;
  private final List<double[]> sums = new ArrayList<>();
  private int steps;

  CountsParser(String file, String root) {
    this.file = file;
    this.root = root;
  }

  /** Reads from the first bracket to the last. */
  void read(JsonParser parser) throws IOException {
    requireList(parser, root);
    JsonToken token = parser.nextToken();
    if (token == JsonToken.END_ARRAY) {
      throw invalid(root, "[]", "there is no layer", "the recorder was stopped too early");
    }
    requireList(parser, root + "[0]");
    JsonToken inner = parser.nextToken();
    if (inner == JsonToken.START_ARRAY) {
      readSteps(parser);
    } else {
      readLayers(parser, root);
    }
  }

  /** Reads [steps][layers][experts], standing at the first expert list of the first step. */
  private void readSteps(JsonParser parser) throws IOException {
    do {
      String path = root + "[" + steps + "]";
      requireList(parser, steps == 0 ? path + "[0]" : path);
      if (steps > 0) {
        parser.nextToken();
        requireList(parser, path + "[0]");
      }
      parser.nextToken();
      readLayers(parser, path);
    } while (parser.nextToken() != JsonToken.END_ARRAY);
  }

  /** Reads [layers][experts] as one step, standing at the first number of the first layer. */
  private void readLayers(JsonParser parser, String path) throws IOException {
    int layer = 0;
    do {
      String layerPath = path + "[" + layer + "]";
      if (layer > 0) {
        requireList(parser, layerPath);
        parser.nextToken();
      }
      add(layer, readExperts(parser, layerPath), layerPath);
      layer++;
    } while (parser.nextToken() != JsonToken.END_ARRAY);
    if (layer != sums.size()) {
      throw invalid(
          path,
          layer + " layers",
          "step 0 has " + sums.size() + " layers",
          "two recordings were joined");
    }
    steps++;
  }

  private double[] readExperts(JsonParser parser, String path) throws IOException {
    double[] counts = new double[sums.isEmpty() ? 256 : sums.getFirst().length];
    int expert = 0;
    for (; parser.currentToken() != JsonToken.END_ARRAY; parser.nextToken()) {
      if (expert == MAX_EXPERTS) {
        throw invalid(path, "", "more than " + MAX_EXPERTS + " experts", "this is another list");
      }
      if (expert == counts.length) {
        counts = Arrays.copyOf(counts, Math.min(MAX_EXPERTS, 2 * expert + 1));
      }
      counts[expert] = count(parser, path + "[" + expert + "]");
      expert++;
    }
    if (expert == 0) {
      throw invalid(path, "[]", "the layer has no expert", "write a 0 for each expert");
    }
    return Arrays.copyOf(counts, expert);
  }

  private double count(JsonParser parser, String path) throws IOException {
    if (!parser.currentToken().isNumeric()) {
      throw invalid(
          path, parser.getText(), "this is no number", "the lists nest too deep or too little");
    }
    double count = parser.getDoubleValue();
    if (!Double.isFinite(count)) {
      throw invalid(
          path, parser.getText(), "this is no finite number", "a mean was taken of no steps");
    }
    if (count < 0) {
      throw invalid(path, parser.getText(), "a count is negative", "a counter overflowed");
    }
    return count;
  }

  private void add(int layer, double[] counts, String path) {
    if (!sums.isEmpty() && counts.length != sums.getFirst().length) {
      throw invalid(
          path,
          counts.length + " experts",
          "layer 0 has " + sums.getFirst().length + " experts",
          "the file was cut or two models were mixed");
    }
    if (steps == 0) {
      if (layer == MAX_LAYERS) {
        throw invalid(path, "", "more than " + MAX_LAYERS + " layers", "this is another list");
      }
      sums.add(counts);
    } else if (layer < sums.size()) {
      double[] sum = sums.get(layer);
      for (int expert = 0; expert < counts.length; expert++) {
        sum[expert] += counts[expert];
      }
    } else {
      throw invalid(
          path, "", "step 0 has " + sums.size() + " layers only", "two recordings were joined");
    }
  }

  /** Returns the counts by layer and expert, summed over the steps. */
  double[][] sums() {
    return sums.toArray(double[][]::new);
  }

  private void requireList(JsonParser parser, String path) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw invalid(path, parser.getText(), "this is no list", "write [layers][experts]");
    }
  }

  private InvalidFileException invalid(String path, String value, String problem, String fix) {
    return new InvalidFileException(file, path, value, problem, fix);
  }
}
