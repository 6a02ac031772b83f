package dev.hejin.scheduler.app.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of metrics in the documents, and what a process exports, in one form. */
final class MetricsPage {
  private static final Pattern ROW =
      Pattern.compile("\\| `([a-z_*]+)` \\| (\\w+) \\| [^|]* \\| ([^|]*) \\| .*");
  private static final Pattern LABEL = Pattern.compile("`(\\w+)`");
  private static final Pattern TYPE = Pattern.compile("# TYPE (\\w+) (\\w+)");
  private static final Pattern SAMPLE = Pattern.compile("(\\w+)\\{([^}]*)} .*");
  private static final Pattern EXPORTED_LABEL = Pattern.compile("(\\w+)=\"");

  private MetricsPage() {}

  /** Metrics of a section, name to type and labels. A name may end with {@code *}. */
  static Map<String, String> documented(String section) throws IOException {
    Path page =
        Path.of(System.getProperty("hejin.root"), "scheduler-service", "docs", "observability.md");
    Map<String, String> rows = new TreeMap<>();
    boolean inside = false;
    for (String line : Files.readAllLines(page)) {
      if (line.startsWith("#")) {
        inside = line.equals("### " + section);
      }
      Matcher row = ROW.matcher(line);
      if (inside && row.matches()) {
        TreeSet<String> labels = new TreeSet<>();
        Matcher label = LABEL.matcher(row.group(3));
        while (label.find()) {
          labels.add(label.group(1));
        }
        rows.put(row.group(1), row.group(2) + " " + labels);
      }
    }
    return rows;
  }

  /** What is exported, in the same form. */
  static Map<String, String> exported(String text) {
    Map<String, String> types = new TreeMap<>();
    Map<String, TreeSet<String>> labels = new TreeMap<>();
    for (String line : text.lines().toList()) {
      Matcher type = TYPE.matcher(line);
      Matcher sample = SAMPLE.matcher(line);
      if (type.matches()) {
        types.put(type.group(1), type.group(2));
        labels.put(type.group(1), new TreeSet<>());
      } else if (sample.matches()) {
        String family = family(sample.group(1), types);
        Matcher label = EXPORTED_LABEL.matcher(sample.group(2));
        while (label.find()) {
          if (!label.group(1).equals("le")) {
            labels.computeIfAbsent(family, f -> new TreeSet<>()).add(label.group(1));
          }
        }
      }
    }
    Map<String, String> all = new TreeMap<>();
    types.forEach((name, type) -> all.put(name, type + " " + labels.get(name)));
    return all;
  }

  private static String family(String sample, Map<String, String> types) {
    return types.containsKey(sample) ? sample : sample.replaceFirst("_(bucket|sum|count)$", "");
  }
}
