package dev.hejin.client.calibration;

import dev.hejin.client.planfile.BadFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of comma-separated values with a header line.
 *
 * @param file where it was read
 * @param columns in order
 * @param rows in order, each with as many values as columns
 */
record CsvTable(Path file, List<String> columns, List<Row> rows) {

  /** Values of one line by column. */
  record Row(int line, Map<String, Integer> index, List<String> values) {
    /** The value of a column; empty when there is no such column. */
    String text(String column) {
      Integer place = index.get(column);
      return place == null ? "" : values.get(place).strip();
    }

    /** The number in a column; {@code absent} when it is empty or no number. */
    double number(String column, double absent) {
      String text = text(column);
      if (text.isEmpty()) {
        return absent;
      }
      try {
        double value = Double.parseDouble(text);
        return Double.isFinite(value) ? value : absent;
      } catch (NumberFormatException e) {
        return absent;
      }
    }

    /**
     * A whole number of at least 1.
     *
     * @throws UnpredictableException when it is none
     */
    int count(String column) {
      double value = number(column, 0);
      if (value < 1 || value != Math.rint(value) || value > Integer.MAX_VALUE) {
        throw new UnpredictableException(
            column + " = '" + text(column) + "' is not a whole number above 0");
      }
      return (int) value;
    }

    int countOr(String column, int absent) {
      double value = number(column, absent);
      return value >= 1 ? (int) Math.min(Integer.MAX_VALUE, value) : absent;
    }
  }

  static CsvTable read(Path file) {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      String header = reader.readLine();
      if (header == null) {
        throw BadFile.whole(file, "the file is empty", "another file was meant");
      }
      List<String> columns =
          split(header).stream().map(c -> c.replace("\uFEFF", "").strip()).toList();
      Map<String, Integer> index = new LinkedHashMap<>();
      for (int i = 0; i < columns.size(); i++) {
        index.put(columns.get(i), i);
      }
      List<Row> rows = new ArrayList<>();
      int number = 1;
      String line;
      while ((line = reader.readLine()) != null) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        List<String> values = split(line);
        if (values.size() != columns.size()) {
          throw BadFile.field(
              file,
              "line " + number,
              values.size() + " values",
              "not as many as the " + columns.size() + " columns",
              "a value contains a comma and is not in quotes");
        }
        rows.add(new Row(number, index, values));
      }
      return new CsvTable(file, columns, rows);
    } catch (IOException e) {
      throw BadFile.whole(file, "cannot be read: " + e.getMessage(), "the path is wrong");
    }
  }

  /** Ends the command when a column is missing. */
  CsvTable require(String... wanted) {
    for (String column : wanted) {
      if (!columns.contains(column)) {
        throw BadFile.field(
            file,
            "column " + column,
            "missing",
            "the file has " + String.join(", ", columns),
            "it is a file of another kind, or the header line was cut off");
      }
    }
    return this;
  }

  boolean has(String column) {
    return columns.contains(column);
  }

  /** Writes the table with further columns, each with a value for every row. */
  void write(Path target, Map<String, List<String>> further) {
    StringBuilder text = new StringBuilder();
    List<String> kept = columns.stream().filter(c -> !further.containsKey(c)).toList();
    List<String> header = new ArrayList<>(kept);
    header.addAll(further.keySet());
    append(text, header);
    for (int i = 0; i < rows.size(); i++) {
      List<String> values = new ArrayList<>();
      for (String column : kept) {
        values.add(rows.get(i).text(column));
      }
      for (List<String> column : further.values()) {
        values.add(column.get(i));
      }
      append(text, values);
    }
    try {
      Files.writeString(target, text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + target, e);
    }
  }

  private static void append(StringBuilder text, List<String> values) {
    for (int i = 0; i < values.size(); i++) {
      String value = values.get(i);
      text.append(i == 0 ? "" : ",");
      boolean quoted = value.contains(",") || value.contains("\"") || value.contains("\n");
      text.append(quoted ? '"' + value.replace("\"", "\"\"").replace('\n', ' ') + '"' : value);
    }
    text.append('\n');
  }

  private static List<String> split(String line) {
    List<String> values = new ArrayList<>();
    StringBuilder value = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quoted && c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        value.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        values.add(value.toString());
        value.setLength(0);
      } else {
        value.append(c);
      }
    }
    values.add(value.toString());
    return values;
  }
}
