package dev.hejin.catalog.file;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Finds the known names that look most like a mistyped one. */
public final class NearestNames {

  private NearestNames() {}

  /** Returns at most {@code count} names, the nearest first; equal ones keep their order. */
  public static List<String> of(String wrong, Collection<String> known, int count) {
    return known.stream()
        .distinct()
        .sorted(Comparator.comparingInt(name -> distance(wrong, name)))
        .limit(count)
        .toList();
  }

  /** Counts the letters to insert, remove or replace; case, spaces and dashes do not count. */
  static int distance(String left, String right) {
    String a = letters(left);
    String b = letters(right);
    int[] row = IntStream.rangeClosed(0, b.length()).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }

  private static String letters(String name) {
    String squeezed = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    return squeezed.substring(0, Math.min(squeezed.length(), 64));
  }
}
