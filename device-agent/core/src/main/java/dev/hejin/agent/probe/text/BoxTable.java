package dev.hejin.agent.probe.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the boxed tables that most tools print: rules of dashes, cells between bars, a header of
 * one or more rows, then as many rows for each device.
 *
 * <p>Method: rows between two rules form a group. A group whose first word names a device kind is a
 * header; the next groups that begin with a number are entries under it. A cell of the header may
 * name several columns; {@link CellColumns} deals the values out. Columns are found by name, so a
 * new one, or a wider one, changes nothing.
 */
public final class BoxTable {
  private static final Pattern RULE = Pattern.compile("[\\s|]*[-=+][-=+|\\s]{4,}");
  private static final Pattern ENTRY_START = Pattern.compile("\\s*\\d+(?:\\s.*)?");
  private static final Set<String> DEVICE_WORDS =
      Set.of("gpu", "npu", "xpu", "ppu", "card", "dev", "id", "mlu", "gcu", "dcu", "hcu");

  private BoxTable() {}

  /**
   * One device's rows.
   *
   * @param values by column name in lower case
   */
  public record Entry(Map<String, String> values) {
    public Entry {
      values = new LinkedHashMap<>(values);
    }

    /** The value under the first of these names that the table has; null without. */
    public @Nullable String value(String... names) {
      for (String name : names) {
        String value = values.get(name);
        if (value != null) {
          return value;
        }
      }
      return null;
    }

    /** Tells whether the header names this column. */
    public boolean has(String name) {
      return values.containsKey(name);
    }
  }

  private record Row(List<String> cells) {}

  /** The entries of all tables in the text that stand under a header. */
  public static List<Entry> read(String raw) {
    ToolText text = ToolText.of(raw);
    List<Entry> entries = new ArrayList<>();
    List<Row> header = List.of();
    for (List<Row> group : groups(text)) {
      if (ENTRY_START.matcher(group.getFirst().cells().getFirst()).matches()) {
        entries.addAll(entries(header, group));
      } else {
        header = isHeader(group) ? group : List.of();
      }
    }
    return entries;
  }

  private static boolean isHeader(List<Row> group) {
    String first = group.getFirst().cells().getFirst().strip().toLowerCase(Locale.ROOT);
    return DEVICE_WORDS.contains(first.split("\\s+")[0]) && group.getFirst().cells().size() > 1;
  }

  private static List<List<Row>> groups(ToolText text) {
    List<List<Row>> groups = new ArrayList<>();
    List<Row> group = new ArrayList<>();
    for (int i = 0; i < text.lines().size(); i++) {
      String line = text.lines().get(i).stripTrailing();
      boolean row = line.contains("|") && !RULE.matcher(line).matches();
      if (row) {
        List<String> cells = cells(line, text.isCut(i));
        if (!cells.isEmpty()) {
          group.add(new Row(cells));
        }
      } else if (!group.isEmpty()) {
        groups.add(group);
        group = new ArrayList<>();
      }
    }
    if (!group.isEmpty()) {
      groups.add(group);
    }
    return groups;
  }

  /** A cell that no bar closes, in a table that has closing bars, may be incomplete: it is left. */
  private static List<String> cells(String line, boolean cut) {
    boolean bordered = line.stripLeading().startsWith("|");
    boolean closed = line.endsWith("|");
    String inner = bordered ? line.stripLeading().substring(1) : line;
    List<String> cells = new ArrayList<>(Arrays.asList(inner.split("\\|", -1)));
    if (closed || bordered || cut) {
      cells.removeLast();
    }
    return cells;
  }

  private static List<Entry> entries(List<Row> header, List<Row> group) {
    List<Entry> entries = new ArrayList<>();
    int height = header.size();
    if (height == 0) {
      return entries;
    }
    boolean chunks = group.size() % height == 0;
    for (int start = 0; chunks && start < group.size(); start += height) {
      chunks = ENTRY_START.matcher(group.get(start).cells().getFirst()).matches();
    }
    int step = chunks ? height : group.size();
    for (int start = 0; start < group.size(); start += step) {
      List<Row> rows = group.subList(start, Math.min(start + height, group.size()));
      entries.add(entry(header, rows));
    }
    return entries;
  }

  private static Entry entry(List<Row> header, List<Row> rows) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int row = 0; row < rows.size(); row++) {
      List<String> names = header.get(row).cells();
      List<String> cells = rows.get(row).cells();
      if (cells.size() > names.size()) {
        continue;
      }
      for (int cell = 0; cell < cells.size(); cell++) {
        CellColumns.deal(names.get(cell), cells.get(cell)).forEach(values::putIfAbsent);
      }
    }
    return new Entry(values);
  }
}
