package dev.hejin.lab.traffic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hejin.catalog.file.InvalidFileException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.Arrays;

/**
 * Recorded requests: Azure's CSV of LLM inference ({@code TIMESTAMP,ContextTokens,GeneratedTokens})
 * or Mooncake's JSON lines ({@code timestamp} in ms, {@code input_length}, {@code output_length}).
 */
final class TraceFile {
  private static final String HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens";
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyy-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .optionalStart()
          .appendOffset("+HH:MM", "+00:00")
          .optionalEnd()
          .toFormatter();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private double[] seconds = new double[1024];
  private int[] prompt = new int[1024];
  private int[] output = new int[1024];
  private int size;

  private TraceFile(String name) {
    this.name = name;
  }

  /** Reads a trace; which of the two kinds it is its first line tells. */
  static TraceFile read(String path) {
    TraceFile trace = new TraceFile(path);
    try (BufferedReader reader = Files.newBufferedReader(Path.of(path))) {
      String line = reader.readLine();
      boolean azure = line != null && line.strip().equals(HEADER);
      if (line == null || !azure && !line.startsWith("{")) {
        throw trace.bad(1, line == null ? "" : line, "this is no trace of a known form");
      }
      int number = azure ? 2 : 1;
      for (line = azure ? reader.readLine() : line; line != null; line = reader.readLine()) {
        if (!line.isBlank()) {
          if (azure) {
            trace.azure(number, line);
          } else {
            trace.mooncake(number, line);
          }
        }
        number++;
      }
    } catch (IOException e) {
      throw new InvalidFileException(
          path, "$", "", "the trace cannot be read: " + e.getMessage(), "the path is another one");
    }
    if (trace.size == 0) {
      throw trace.bad(1, "", "the trace has no request");
    }
    return trace;
  }

  private InvalidFileException bad(int line, String value, String problem) {
    return new InvalidFileException(
        name,
        "line " + line,
        value,
        problem,
        "the file was cut or edited; Azure's traces begin with \""
            + HEADER
            + "\", Mooncake's lines are {\"timestamp\": 0, \"input_length\": 1,"
            + " \"output_length\": 1}");
  }

  private void azure(int number, String line) {
    String[] parts = line.strip().split(",", -1);
    if (parts.length != 3) {
      throw bad(number, line, "the line has " + parts.length + " columns instead of 3");
    }
    try {
      LocalDateTime time = LocalDateTime.parse(parts[0], TIME);
      add(
          number,
          line,
          time.toEpochSecond(ZoneOffset.UTC) + time.getNano() / 1e9,
          Integer.parseInt(parts[1]),
          Integer.parseInt(parts[2]));
    } catch (DateTimeParseException | NumberFormatException e) {
      throw bad(number, line, "time or number is not readable");
    }
  }

  private void mooncake(int number, String line) {
    JsonNode node;
    try {
      node = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw bad(number, line, "the line is no whole JSON object");
    }
    for (String field : new String[] {"timestamp", "input_length", "output_length"}) {
      if (!node.path(field).isNumber()) {
        throw bad(number, line, "the field " + field + " is missing or no number");
      }
    }
    add(
        number,
        line,
        node.path("timestamp").asDouble() / 1e3,
        node.path("input_length").asInt(),
        node.path("output_length").asInt());
  }

  private void add(int number, String line, double at, int promptTokens, int outputTokens) {
    if (promptTokens < 0 || outputTokens < 0) {
      throw bad(number, line, "a length is negative");
    }
    if (size > 0 && at < seconds[size - 1]) {
      throw bad(number, line, "the request comes before the one above it");
    }
    if (size == seconds.length) {
      seconds = Arrays.copyOf(seconds, 2 * size);
      prompt = Arrays.copyOf(prompt, 2 * size);
      output = Arrays.copyOf(output, 2 * size);
    }
    seconds[size] = at;
    // An empty prompt has at least its start token, an empty answer its end token.
    prompt[size] = Math.max(1, promptTokens);
    output[size] = Math.max(1, outputTokens);
    size++;
  }

  int size() {
    return size;
  }

  double seconds(int i) {
    return seconds[i];
  }

  int promptTokens(int i) {
    return prompt[i];
  }

  int outputTokens(int i) {
    return output[i];
  }
}
