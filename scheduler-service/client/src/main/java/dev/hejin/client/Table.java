package dev.hejin.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Aligned text. Columns whose title begins with {@code >} align right; when the rows are wider than
 * the limit, the widest left-aligned column gives way and its long cells end in {@code ..}.
 */
public final class Table {
  /** What a table fits in. */
  public static final int WIDTH = 100;

  private static final String GAP = "  ";
  private static final int NARROWEST = 8;

  private final String[] titles;
  private final boolean[] right;
  private final List<String[]> rows = new ArrayList<>();

  public Table(String... titles) {
    this.titles = new String[titles.length];
    this.right = new boolean[titles.length];
    for (int i = 0; i < titles.length; i++) {
      right[i] = titles[i].startsWith(">");
      this.titles[i] = right[i] ? titles[i].substring(1) : titles[i];
    }
  }

  /** Adds a row with one cell for each column. */
  public Table row(String... cells) {
    if (cells.length != titles.length) {
      throw new IllegalArgumentException(
          "row " + Arrays.toString(cells) + " has not " + titles.length + " cells");
    }
    rows.add(Arrays.stream(cells).map(cell -> cell.replaceAll("\\R", " ")).toArray(String[]::new));
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** All lines, the title first, none wider than {@link #WIDTH} where columns can give way. */
  public List<String> lines() {
    return lines(WIDTH);
  }

  List<String> lines(int limit) {
    int[] widths = widths();
    shrink(widths, limit);
    List<String> lines = new ArrayList<>();
    lines.add(line(titles, widths));
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines;
  }

  private int[] widths() {
    int[] widths = new int[titles.length];
    for (int i = 0; i < titles.length; i++) {
      widths[i] = titles[i].length();
      for (String[] row : rows) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    return widths;
  }

  private void shrink(int[] widths, int limit) {
    int excess = Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1) - limit;
    while (excess > 0) {
      int widest = -1;
      for (int i = 0; i < widths.length; i++) {
        int floor = Math.max(NARROWEST, titles[i].length());
        if (!right[i] && widths[i] > floor && (widest < 0 || widths[i] > widths[widest])) {
          widest = i;
        }
      }
      if (widest < 0) {
        return;
      }
      widths[widest]--;
      excess--;
    }
  }

  private String line(String[] cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      String cell = cut(cells[i], widths[i]);
      String padding = " ".repeat(widths[i] - cell.length());
      line.append(i == 0 ? "" : GAP).append(right[i] ? padding + cell : cell + padding);
    }
    return line.toString().stripTrailing();
  }

  private static String cut(String cell, int width) {
    return cell.length() <= width ? cell : cell.substring(0, Math.max(0, width - 2)) + "..";
  }
}
