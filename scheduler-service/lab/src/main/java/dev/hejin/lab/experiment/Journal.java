package dev.hejin.lab.experiment;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hejin.lab.trial.TrialResult;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finished trials, a line each, in a file beside the report: what is in it need not be simulated
 * again. A line that a kill cut short is left out; what is taken over is written beside the file
 * first, so that no kill loses it.
 */
public final class Journal implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, TrialResult> known;
  private final BufferedWriter writer;

  private Journal(Map<String, TrialResult> known, BufferedWriter writer) {
    this.known = requireNonNull(known);
    this.writer = requireNonNull(writer);
  }

  /**
   * Opens the journal of a run.
   *
   * @param resume whether to take over what is in the file; it begins empty otherwise
   */
  public static Journal open(Path file, boolean resume) throws IOException {
    Map<String, TrialResult> known = new LinkedHashMap<>();
    if (resume && Files.exists(file)) {
      Files.readAllLines(file).forEach(line -> read(line, known));
    }
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try (BufferedWriter writer = Files.newBufferedWriter(fresh)) {
      for (Map.Entry<String, TrialResult> each : known.entrySet()) {
        write(writer, each.getKey(), each.getValue());
      }
    }
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    return new Journal(known, Files.newBufferedWriter(file, StandardOpenOption.APPEND));
  }

  private static void write(BufferedWriter writer, String key, TrialResult result)
      throws IOException {
    ObjectNode node = JSON.createObjectNode();
    node.put("key", key);
    node.set("result", TrialJson.write(result));
    writer.write(JSON.writeValueAsString(node));
    writer.newLine();
  }

  private static void read(String line, Map<String, TrialResult> known) {
    try {
      JsonNode node = JSON.readTree(line);
      if (node.path("key").isTextual() && node.path("result").isObject()) {
        known.put(node.path("key").asText(), TrialJson.read(node.path("result")));
      }
    } catch (JsonProcessingException | IllegalArgumentException e) {
      // Cut short: the trial is run again.
      return;
    }
  }

  /** The result of a trial that is in the file. */
  synchronized Optional<TrialResult> find(String key) {
    return Optional.ofNullable(known.get(key));
  }

  /** Writes a result down at once. */
  synchronized void add(String key, TrialResult result) {
    try {
      write(writer, key, result);
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "a finished trial cannot be written down: "
              + e.getMessage()
              + "\nMaybe the disk is full; --resume goes on later.",
          e);
    }
    known.put(key, result);
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
