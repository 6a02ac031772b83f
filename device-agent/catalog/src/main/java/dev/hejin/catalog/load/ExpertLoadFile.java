package dev.hejin.catalog.load;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.hejin.catalog.file.InvalidFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntPredicate;

/**
 * Reads the expert counts that SGLang records: {@code {"logical_count": [layers][experts]}}, or
 * {@code [steps][layers][experts]}, which is summed over the steps. Other keys are passed over.
 */
public final class ExpertLoadFile {

  /** The largest file that is read, in bytes. */
  public static final long LIMIT_BYTES = 512L << 20;

  private static final String FIELD = "logical_count";
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private ExpertLoadFile() {}

  /**
   * Reads a file. Leading layers without load are taken as dense; a layer without load after the
   * first with load is an error.
   */
  public static ExpertLoad read(Path path) {
    ExpertLoad load = readCounts(path);
    int first = 0;
    while (first < load.layers() && !load.isMoeLayer(first)) {
      first++;
    }
    if (first == load.layers()) {
      throw new InvalidFileException(
          path.toString(),
          "$." + FIELD,
          "0",
          "every count is 0",
          "the recorder was stopped before any request came");
    }
    int firstMoe = first;
    checkRows(path, load, layer -> layer >= firstMoe);
    return load;
  }

  /** Reads a file of a model whose MoE layers are known; each of them must have load. */
  public static ExpertLoad read(Path path, IntPredicate isMoeLayer) {
    ExpertLoad load = readCounts(path);
    checkRows(path, load, isMoeLayer);
    return load;
  }

  private static void checkRows(Path path, ExpertLoad load, IntPredicate isMoeLayer) {
    for (int layer = 0; layer < load.layers(); layer++) {
      if (isMoeLayer.test(layer) && !load.isMoeLayer(layer)) {
        throw new InvalidFileException(
            path.toString(),
            "$." + FIELD + "[" + layer + "]",
            "0",
            "all experts of this MoE layer have the count 0",
            "the recording misses a pipeline stage, or the layer is dense");
      }
    }
  }

  private static ExpertLoad readCounts(Path path) {
    String file = path.toString();
    try {
      if (!Files.isRegularFile(path)) {
        throw new InvalidFileException(
            file, "$", "", "there is no such file", "the path is relative to another folder");
      }
      long size = Files.size(path);
      if (size > LIMIT_BYTES) {
        throw new InvalidFileException(
            file,
            "$",
            "",
            "the file has %d bytes, the limit is %d".formatted(size, LIMIT_BYTES),
            "sum the steps before you write it");
      }
      try (InputStream in = Files.newInputStream(path);
          JsonParser parser = JSON.createParser(in)) {
        return parse(file, parser);
      }
    } catch (JacksonException e) {
      throw new InvalidFileException(
          file,
          "$",
          "",
          "the file is not well-formed JSON in line %d: %s"
              .formatted(
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                  e.getOriginalMessage()),
          "the file was cut; copy it again");
    } catch (IOException e) {
      throw new InvalidFileException(
          file, "$", "", "the file cannot be read: " + e.getMessage(), "check its permissions");
    }
  }

  private static ExpertLoad parse(String file, JsonParser parser) throws IOException {
    if (parser.nextToken() == null) {
      throw new InvalidFileException(
          file, "$", "", "the file is empty", "the recorder did not finish writing it");
    }
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw missing(file);
    }
    CountsParser counts = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (name.equals(FIELD)) {
        counts = new CountsParser(file, "$." + FIELD);
        counts.read(parser);
      } else {
        parser.skipChildren();
      }
    }
    if (counts == null) {
      throw missing(file);
    }
    return new ExpertLoad(file, counts.sums());
  }

  private static InvalidFileException missing(String file) {
    return new InvalidFileException(
        file,
        "$." + FIELD,
        "",
        "the field is missing",
        "this is no recording of SGLang; convert a .pt file to JSON first");
  }
}
