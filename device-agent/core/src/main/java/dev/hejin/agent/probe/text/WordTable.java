package dev.hejin.agent.probe.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Reads tables of words in columns: a line of names, then lines with as many values. A line with
 * another number of words is left out, and so is one without end.
 */
public final class WordTable {
  private WordTable() {}

  /**
   * The rows by column name in lower case.
   *
   * @param isHeader tells the line of names by its words
   */
  public static List<Map<String, String>> read(String raw, Predicate<List<String>> isHeader) {
    ToolText text = ToolText.of(raw);
    List<Map<String, String>> rows = new ArrayList<>();
    List<String> names = List.of();
    for (int i = 0; i < text.lines().size(); i++) {
      String line = text.lines().get(i).strip();
      List<String> words = Arrays.asList(line.split("\\s+"));
      if (isHeader.test(words)) {
        names = words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
      } else if (words.size() == names.size()
          && words.getFirst().matches("\\d+")
          && !text.isCut(i)) {
        rows.add(row(names, words));
      }
    }
    return rows;
  }

  private static Map<String, String> row(List<String> names, List<String> words) {
    Map<String, String> row = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      row.putIfAbsent(names.get(i), words.get(i));
    }
    return row;
  }
}
