package dev.hejin.client.pipeline;

import dev.hejin.client.planfile.BadFile;
import dev.hejin.client.planfile.JsonFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Decoder layers of each pipeline stage, first stage first.
 *
 * @param layers of each stage, 0 or more; at least one stage
 */
public record PipelineStages(List<Integer> layers) {
  private static final int MAX_STAGES = 10_000;
  private static final int MAX_LAYERS = 10_000;

  /** Copies the list. */
  public PipelineStages {
    layers = List.copyOf(layers);
  }

  /** Layers of all stages. */
  public int totalLayers() {
    return layers.stream().mapToInt(n -> n).sum();
  }

  /** Whether a JSON file holds stages, not a placement of experts. */
  public static boolean isStages(Path file) {
    return !JsonFile.firstField(file, List.of("plan", "stages", "deployment")).isEmpty()
        || isListOfNumbers(file);
  }

  private static boolean isListOfNumbers(Path file) {
    try (var in = Files.newInputStream(file)) {
      String start = new String(in.readNBytes(256), StandardCharsets.UTF_8);
      return start.matches("(?s)\\s*\\[\\s*[-\\d\\]].*");
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Reads a list of layers for each stage, {@code [15, 15, 15, 16]}, or the output of {@code
   * ./hejin plan --output json}: {@code plan.stages[].firstLayer} and {@code endLayer} (exclusive).
   */
  public static PipelineStages read(Path file) {
    List<Integer> layers = new ArrayList<>();
    Reader reader = new Reader(file, layers);
    JsonFile.readAny(
        file,
        json -> {
          if (json.isList()) {
            Arrays.stream(json.wholeRow("stages")).forEach(layers::add);
          } else {
            json.object("the file", reader::field);
          }
        });
    return checked(file, layers);
  }

  static PipelineStages checked(Path file, List<Integer> layers) {
    if (layers.isEmpty() || layers.size() > MAX_STAGES) {
      throw BadFile.field(
          file, "stages.length", layers.size(), "not from 1 to " + MAX_STAGES, "plan again");
    }
    for (int k = 0; k < layers.size(); k++) {
      if (layers.get(k) < 0 || layers.get(k) > MAX_LAYERS) {
        throw BadFile.field(
            file,
            "stages[" + k + "]",
            layers.get(k),
            "layers are 0 to " + MAX_LAYERS,
            "give the number of layers of each stage");
      }
    }
    PipelineStages stages = new PipelineStages(layers);
    if (stages.totalLayers() < 1) {
      throw BadFile.field(file, "stages", layers, "no layers", "plan again");
    }
    return stages;
  }

  /** Finds the stages in a plan of the scheduler. */
  private record Reader(Path file, List<Integer> layers) {
    private void field(String name, JsonFile json) throws IOException {
      switch (name) {
        case "plan", "deployment" -> json.object(name, this::field);
        case "stages" -> json.list(name, this::stage);
        default -> json.skip();
      }
    }

    private void stage(String at, JsonFile json) throws IOException {
      int[] range = {-1, -1};
      json.object(
          at,
          (name, field) -> {
            switch (name) {
              case "firstLayer", "first_layer" -> range[0] = field.wholeNumber(at + "." + name);
              case "endLayer", "end_layer" -> range[1] = field.wholeNumber(at + "." + name);
              default -> field.skip();
            }
          });
      int done = layers.stream().mapToInt(n -> n).sum();
      if (range[0] != done || range[1] < range[0]) {
        throw BadFile.field(
            file,
            at,
            "layers " + range[0] + " to " + range[1],
            "the stage before ends at " + done,
            "the plan was cut off or edited");
      }
      layers.add(range[1] - range[0]);
    }
  }
}
