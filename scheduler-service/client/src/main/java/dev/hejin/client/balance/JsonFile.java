package dev.hejin.client.balance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.hejin.client.CommandFailure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads one JSON object as a stream: numbers go straight into arrays, unknown fields are skipped,
 * and no more than {@link #MAX_BYTES} are read whatever the file says of its size. NaN and Infinity
 * are read as such, so that they can be refused by place.
 */
final class JsonFile {
  /** Over a hundred times the largest case in use. */
  static final int MAX_BYTES = 32 << 20;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private final Path file;
  private final JsonParser parser;

  private JsonFile(Path file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /** Takes the value of a field that the parser has reached, or skips it. */
  interface Fields {
    void field(String name, JsonFile json) throws IOException;
  }

  static void read(Path file, Fields fields) {
    try (InputStream in = new Limited(Files.newInputStream(file));
        JsonParser parser = FACTORY.createParser(in)) {
      JsonFile json = new JsonFile(file, parser);
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw BadFile.whole(file, "no JSON object", "this is another file, or an empty one");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        fields.field(name, json);
      }
      if (parser.nextToken() != null) {
        throw BadFile.whole(file, "text after the JSON object", "two files were joined");
      }
    } catch (TooLarge e) {
      throw BadFile.whole(
          file,
          "size over " + MAX_BYTES + " bytes (" + (MAX_BYTES >> 20) + " MiB)",
          "give one window of loads, as tokens for each layer and expert, not a recording");
    } catch (JsonProcessingException e) {
      throw BadFile.whole(
          file, "no valid JSON: " + e.getOriginalMessage() + place(e), "the file was cut off");
    } catch (IOException e) {
      throw BadFile.whole(file, "cannot be read: " + e, "the path is wrong, or not a file");
    }
  }

  private static String place(JsonProcessingException e) {
    return e.getLocation() == null
        ? ""
        : ", line " + e.getLocation().getLineNr() + " column " + e.getLocation().getColumnNr();
  }

  void skip() throws IOException {
    parser.skipChildren();
  }

  int wholeNumber(String field) throws IOException {
    double value = number(field);
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw BadFile.field(file, field, value, "not a whole number", "round it");
    }
    return (int) value;
  }

  double number(String field) throws IOException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
      throw BadFile.field(file, field, shown(), "not a number", "replace it with a number");
    }
    return parser.getDoubleValue();
  }

  String text(String field) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw BadFile.field(file, field, shown(), "not a text", "put it in quotes");
    }
    return parser.getText();
  }

  double[] row(String field) throws IOException {
    openArray(field);
    double[] values = new double[64];
    int n = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (n == values.length) {
        values = Arrays.copyOf(values, 2 * n);
      }
      values[n] = number(field + "[" + n + "]");
      n++;
    }
    return Arrays.copyOf(values, n);
  }

  int[] wholeRow(String field) throws IOException {
    double[] row = row(field);
    int[] values = new int[row.length];
    for (int i = 0; i < row.length; i++) {
      if (row[i] != Math.rint(row[i]) || Math.abs(row[i]) > Integer.MAX_VALUE) {
        throw BadFile.field(file, field + "[" + i + "]", row[i], "not a whole number", "round it");
      }
      values[i] = (int) row[i];
    }
    return values;
  }

  double[][] matrix(String field) throws IOException {
    openArray(field);
    List<double[]> rows = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      rows.add(row(field + "[" + rows.size() + "]"));
    }
    return rows.toArray(double[][]::new);
  }

  int[][] wholeMatrix(String field) throws IOException {
    openArray(field);
    List<int[]> rows = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      rows.add(wholeRow(field + "[" + rows.size() + "]"));
    }
    return rows.toArray(int[][]::new);
  }

  double[][][] matrices(String field) throws IOException {
    openArray(field);
    List<double[][]> all = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      all.add(matrix(field + "[" + all.size() + "]"));
    }
    return all.toArray(double[][][]::new);
  }

  private void openArray(String field) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      CommandFailure failure =
          BadFile.field(file, field, shown(), "not a list", "a pair of brackets is missing");
      throw failure;
    }
  }

  private String shown() throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_ARRAY) {
      return "[..]";
    }
    return token == JsonToken.START_OBJECT ? "{..}" : String.valueOf(parser.getText());
  }

  private static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** Fails after the limit, also on pipes and devices that tell no size. */
  private static final class Limited extends FilterInputStream {
    private long left = MAX_BYTES;

    Limited(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int n = super.read(bytes, offset, length);
      count(Math.max(0, n));
      return n;
    }

    private void count(int n) throws TooLarge {
      left -= n;
      if (left < 0) {
        throw new TooLarge();
      }
    }
  }
}
