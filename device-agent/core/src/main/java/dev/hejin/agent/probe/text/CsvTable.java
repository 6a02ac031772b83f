package dev.hejin.agent.probe.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads comma-separated values. A name may carry its unit, "memory.used [MiB]"; it is appended to
 * values that carry none.
 */
public final class CsvTable {
  private static final Pattern NAME = Pattern.compile("(.*?)\\s*\\[([^\\]]*)\\]");
  private static final Pattern BARE_NUMBER = Pattern.compile("[+-]?\\d+(\\.\\d*)?");

  private CsvTable() {}

  /**
   * The rows by column name in lower case, without unit.
   *
   * @param key a column that the line of names must hold; lines before it are left out
   */
  public static List<Map<String, String>> read(String raw, String key) {
    ToolText text = ToolText.of(raw);
    List<Map<String, String>> rows = new ArrayList<>();
    List<String> names = List.of();
    List<String> units = List.of();
    for (int i = 0; i < text.lines().size(); i++) {
      List<String> cells = cells(text.lines().get(i));
      List<String> plain = cells.stream().map(CsvTable::nameOf).toList();
      if (names.isEmpty() && plain.contains(key)) {
        names = plain;
        units = cells.stream().map(CsvTable::unitOf).toList();
      } else if (!names.isEmpty() && cells.size() > 1) {
        rows.add(row(names, units, cells, text.isCut(i)));
      }
    }
    return rows;
  }

  /** The rows of a text without a line of names; rows with another number of cells are left out. */
  public static List<Map<String, String>> read(String raw, List<String> names) {
    ToolText text = ToolText.of(raw);
    List<Map<String, String>> rows = new ArrayList<>();
    List<String> units = names.stream().map(name -> "").toList();
    for (int i = 0; i < text.lines().size(); i++) {
      List<String> cells = cells(text.lines().get(i));
      if (cells.size() == names.size()) {
        rows.add(row(names, units, cells, text.isCut(i)));
      }
    }
    return rows;
  }

  private static Map<String, String> row(
      List<String> names, List<String> units, List<String> cells, boolean cut) {
    Map<String, String> row = new LinkedHashMap<>();
    int sure = Math.min(names.size(), cells.size());
    if (cells.size() > names.size()) {
      return row;
    }
    for (int i = 0; i < sure; i++) {
      String cell = cells.get(i);
      boolean number = BARE_NUMBER.matcher(cell).matches();
      if (cut && i == cells.size() - 1 && number) {
        continue;
      }
      row.putIfAbsent(names.get(i), number ? (cell + " " + units.get(i)).strip() : cell);
    }
    return row;
  }

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (char letter : line.toCharArray()) {
      if (letter == '"') {
        quoted = !quoted;
      } else if (letter == ',' && !quoted) {
        cells.add(cell.toString().strip());
        cell.setLength(0);
      } else {
        cell.append(letter);
      }
    }
    cells.add(cell.toString().strip());
    return cells;
  }

  private static String nameOf(String cell) {
    Matcher match = NAME.matcher(cell);
    return (match.matches() ? match.group(1) : cell).toLowerCase(Locale.ROOT);
  }

  private static String unitOf(String cell) {
    Matcher match = NAME.matcher(cell);
    return match.matches() ? match.group(2) : "";
  }
}
