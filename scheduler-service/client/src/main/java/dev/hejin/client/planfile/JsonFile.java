package dev.hejin.client.planfile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.hejin.client.CommandFailure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads one JSON or YAML document as a stream: numbers go straight into arrays, unknown fields are
 * skipped, and no more than {@link #MAX_BYTES} are read whatever the file says of its size. NaN and
 * Infinity are read as such, so that they can be refused by place.
 */
public final class JsonFile {
  /** Over a hundred times the largest case in use. */
  public static final int MAX_BYTES = 32 << 20;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private static final JsonFactory YAML = yaml();

  private final Path file;
  private final JsonParser parser;

  private JsonFile(Path file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  private static JsonFactory yaml() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_BYTES);
    return YAMLFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .loaderOptions(options)
        .build();
  }

  /** Takes the value of a field that the parser has reached, or skips it. */
  public interface Fields {
    /** Called at the value of each field. */
    void field(String name, JsonFile json) throws IOException;
  }

  /** Takes a document whose first token the parser has reached. */
  public interface Document {
    /** Called once. */
    void read(JsonFile json) throws IOException;
  }

  /** Reads a file that holds one JSON object. */
  public static void read(Path file, Fields fields) {
    document(file, FACTORY, json -> json.object("the file", fields));
  }

  /** Reads a file that holds one JSON value of any kind. */
  public static void readAny(Path file, Document document) {
    document(file, FACTORY, document);
  }

  /** Reads a file that holds one YAML mapping. */
  public static void readYaml(Path file, Fields fields) {
    document(file, YAML, json -> json.object("the file", fields));
  }

  /** The first of some fields that a JSON object has; empty when there is none or no object. */
  public static String firstField(Path file, List<String> names) {
    try (InputStream in = new Limited(Files.newInputStream(file));
        JsonParser parser = FACTORY.createParser(in)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return "";
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        if (names.contains(parser.currentName())) {
          return parser.currentName();
        }
        parser.nextToken();
        parser.skipChildren();
      }
      return "";
    } catch (IOException e) {
      // Whoever reads the file in earnest says what is wrong with it.
      return "";
    }
  }

  private static void document(Path file, JsonFactory factory, Document document) {
    String kind = factory == YAML ? "YAML" : "JSON";
    try (InputStream in = new Limited(Files.newInputStream(file));
        JsonParser parser = factory.createParser(in)) {
      JsonFile json = new JsonFile(file, parser);
      if (parser.nextToken() == null) {
        throw BadFile.whole(
            file, "no " + kind + " object", "this is another file, or an empty one");
      }
      document.read(json);
      if (parser.nextToken() != null) {
        throw BadFile.whole(file, "text after the " + kind + " object", "two files were joined");
      }
    } catch (TooLarge e) {
      throw BadFile.whole(
          file,
          "size over " + MAX_BYTES + " bytes (" + (MAX_BYTES >> 20) + " MiB)",
          "give one window of loads, as tokens for each layer and expert, not a recording");
    } catch (JsonProcessingException e) {
      throw BadFile.whole(
          file,
          "no valid " + kind + ": " + e.getOriginalMessage() + place(e),
          "the file was cut off");
    } catch (YAMLException e) {
      throw BadFile.whole(file, "no valid YAML: " + e.getMessage(), "the file was cut off");
    } catch (IOException e) {
      throw BadFile.whole(file, "cannot be read: " + e, "the path is wrong, or not a file");
    }
  }

  /** Reads an object, field by field; {@code what} names it in the error. */
  public void object(String what, Fields fields) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw BadFile.whole(
          file,
          what.equals("the file") ? "no JSON object" : what + " = " + shown() + ": no JSON object",
          "this is another file, or an empty one");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      fields.field(name, this);
    }
  }

  /** Reads a list, element by element; the name of an element is that of the list with [i]. */
  public void list(String field, Fields elements) throws IOException {
    openArray(field);
    int i = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.field(field + "[" + i++ + "]", this);
    }
  }

  /** The file that is read. */
  public Path file() {
    return file;
  }

  /** Whether the value is a list. */
  public boolean isList() {
    return parser.currentToken() == JsonToken.START_ARRAY;
  }

  private static String place(JsonProcessingException e) {
    return e.getLocation() == null
        ? ""
        : ", line " + e.getLocation().getLineNr() + " column " + e.getLocation().getColumnNr();
  }

  /** Passes over the value. */
  public void skip() throws IOException {
    parser.skipChildren();
  }

  /** The value, a whole number. */
  public int wholeNumber(String field) throws IOException {
    double value = number(field);
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw BadFile.field(file, field, value, "not a whole number", "round it");
    }
    return (int) value;
  }

  /** The value, a number; NaN and Infinity pass. */
  public double number(String field) throws IOException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
      throw BadFile.field(file, field, shown(), "not a number", "replace it with a number");
    }
    return parser.getDoubleValue();
  }

  /** The value, a text. */
  public String text(String field) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw BadFile.field(file, field, shown(), "not a text", "put it in quotes");
    }
    return parser.getText();
  }

  /** The value, a list of numbers. */
  public double[] row(String field) throws IOException {
    openArray(field);
    parser.nextToken();
    return openRow(field);
  }

  /** The numbers from the present one to the end of the list. */
  private double[] openRow(String field) throws IOException {
    double[] values = new double[64];
    int n = 0;
    for (; parser.currentToken() != JsonToken.END_ARRAY; parser.nextToken()) {
      if (n == values.length) {
        values = Arrays.copyOf(values, 2 * n);
      }
      values[n] = number(field + "[" + n + "]");
      n++;
    }
    return Arrays.copyOf(values, n);
  }

  /** The value, a list of whole numbers. */
  public int[] wholeRow(String field) throws IOException {
    return wholes(field, row(field));
  }

  private int[] wholes(String field, double[] row) {
    int[] values = new int[row.length];
    for (int i = 0; i < row.length; i++) {
      if (row[i] != Math.rint(row[i]) || Math.abs(row[i]) > Integer.MAX_VALUE) {
        throw BadFile.field(file, field + "[" + i + "]", row[i], "not a whole number", "round it");
      }
      values[i] = (int) row[i];
    }
    return values;
  }

  /** The value, a list of lists of numbers. */
  public double[][] matrix(String field) throws IOException {
    openArray(field);
    List<double[]> rows = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      rows.add(row(field + "[" + rows.size() + "]"));
    }
    return rows.toArray(double[][]::new);
  }

  /** The value, a list of lists of whole numbers. */
  public int[][] wholeMatrix(String field) throws IOException {
    List<int[]> rows = new ArrayList<>();
    list(field, (name, json) -> rows.add(json.wholeRow(name)));
    return rows.toArray(int[][]::new);
  }

  /** The value, a list of lists of whole numbers, or one such list: a matrix of one row. */
  public int[][] wholeRows(String field) throws IOException {
    List<int[]> rows = new ArrayList<>();
    int[][] only = new int[1][];
    openArray(field);
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      only[0] = wholes(field, openRow(field));
      return only;
    }
    do {
      rows.add(wholeRow(field + "[" + rows.size() + "]"));
    } while (parser.nextToken() != JsonToken.END_ARRAY);
    return rows.toArray(int[][]::new);
  }

  /** The value, a list of matrices. */
  public double[][][] matrices(String field) throws IOException {
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
