package dev.hejin.agent.probe.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the matrices in which tools tell how devices reach each other: names of devices over the
 * columns and before the rows, a word for each pair, and more columns behind.
 */
public final class LinkMatrix {
  private static final Pattern DEVICE = Pattern.compile("([A-Za-z]{3})#?(\\d+)");
  private static final Pattern NUMA = Pattern.compile("\\d+");

  private LinkMatrix() {}

  /**
   * One cell.
   *
   * @param word such as NV18, HCCS, PIX
   */
  public record Cell(int from, int to, String word) {}

  /**
   * The matrix.
   *
   * @param numaNodes by device, as far as told; -1 where not
   */
  public record Matrix(List<Cell> cells, List<Integer> numaNodes) {
    public Matrix {
      cells = List.copyOf(cells);
      numaNodes = List.copyOf(numaNodes);
    }
  }

  /**
   * Reads the first matrix of the text.
   *
   * @param kind how the tool calls its devices: GPU, NPU
   */
  public static Matrix read(String raw, String kind) {
    ToolText text = ToolText.of(raw);
    List<Cell> cells = new ArrayList<>();
    List<Integer> numa = new ArrayList<>();
    List<String> header = List.of();
    for (int i = 0; i < text.lines().size(); i++) {
      List<String> words = words(text.lines().get(i));
      if (header.isEmpty()) {
        header = words.size() > 1 && isDevice(words.getFirst(), kind) ? words : header;
        continue;
      }
      if (words.isEmpty() || !isDevice(words.getFirst(), kind) || text.isCut(i)) {
        continue;
      }
      int from = index(words.getFirst());
      for (int column = 0; column + 1 < words.size() && column < header.size(); column++) {
        if (isDevice(header.get(column), kind) && index(header.get(column)) != from) {
          cells.add(new Cell(from, index(header.get(column)), words.get(column + 1)));
        }
      }
      numa.add(numaNode(header, words));
    }
    return new Matrix(cells, numa);
  }

  private static int numaNode(List<String> header, List<String> words) {
    int column = header.indexOf("NUMA Affinity") + 1;
    return column > 0 && column < words.size() && NUMA.matcher(words.get(column)).matches()
        ? Integer.parseInt(words.get(column))
        : -1;
  }

  /** Columns are parted by tabs, else by two blanks or more. */
  private static List<String> words(String line) {
    String parts = line.contains("\t") ? "\\t+" : "\\s{2,}";
    return Arrays.stream(line.strip().split(parts))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .toList();
  }

  private static boolean isDevice(String word, String kind) {
    Matcher match = DEVICE.matcher(word);
    return match.matches() && match.group(1).equalsIgnoreCase(kind) && match.group(2).length() < 5;
  }

  private static int index(String word) {
    Matcher match = DEVICE.matcher(word);
    return match.matches() ? Integer.parseInt(match.group(2)) : -1;
  }
}
