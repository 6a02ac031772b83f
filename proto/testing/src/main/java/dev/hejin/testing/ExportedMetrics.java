package dev.hejin.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a page of metrics really exports: names of samples, their labels, and the labels' values.
 *
 * @param samples name to label to values
 */
public record ExportedMetrics(Map<String, Map<String, Set<String>>> samples) {
  private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:]\\w*)(?:\\{(.*)})? \\S+");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\",?");

  /** What a Prometheus server makes itself for each of its targets. */
  private static final Set<String> SERVERS_METRICS = Set.of("up");

  private static final Set<String> SERVERS_LABELS = Set.of("instance", "job", "namespace", "pod");

  public ExportedMetrics {
    samples = Map.copyOf(samples);
  }

  /** Reads the text that Prometheus reads. */
  public static ExportedMetrics of(String page) {
    Map<String, Map<String, Set<String>>> samples = new TreeMap<>();
    page.lines()
        .map(SAMPLE::matcher)
        .filter(Matcher::matches)
        .forEach(
            sample -> {
              Map<String, Set<String>> labels =
                  samples.computeIfAbsent(sample.group(1), name -> new TreeMap<>());
              if (sample.group(2) != null) {
                Matcher label = LABEL.matcher(sample.group(2));
                while (label.find()) {
                  labels
                      .computeIfAbsent(label.group(1), name -> new TreeSet<>())
                      .add(label.group(2));
                }
              }
            });
    return new ExportedMetrics(samples);
  }

  /** Why a query cannot find what it asks for; empty when it can. */
  public List<String> problems(String query) {
    List<String> problems = new ArrayList<>();
    PromQuery parsed;
    try {
      parsed = PromQuery.parse(query);
    } catch (IllegalArgumentException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
    for (PromQuery.Selector selector : parsed.selectors()) {
      Map<String, Set<String>> labels = samples.get(selector.metric());
      if (SERVERS_METRICS.contains(selector.metric())) {
        continue;
      }
      if (labels == null) {
        problems.add(selector.metric() + " is not exported");
        continue;
      }
      selector.matchers().forEach((label, match) -> match(selector, label, match, problems));
      for (String label : parsed.grouping()) {
        if (!labels.containsKey(label) && !SERVERS_LABELS.contains(label)) {
          problems.add(selector.metric() + " has no label " + label);
        }
      }
    }
    return problems;
  }

  private void match(
      PromQuery.Selector selector, String label, String match, List<String> problems) {
    Set<String> values =
        samples.getOrDefault(selector.metric(), Map.of()).getOrDefault(label, Set.of());
    if (SERVERS_LABELS.contains(label)) {
      return;
    }
    if (values.isEmpty()) {
      problems.add(selector.metric() + " has no label " + label);
      return;
    }
    String wanted = match.substring(match.indexOf('"') + 1, match.length() - 1);
    // A variable of a dashboard stands for what the label has.
    if (match.startsWith("=\"") && !wanted.startsWith("$") && !values.contains(wanted)) {
      problems.add(selector.metric() + " has no " + label + " " + wanted + " but " + values);
    }
    if (match.startsWith("=~") && !wanted.startsWith("$")) {
      Pattern pattern = Pattern.compile(wanted);
      if (values.stream().noneMatch(value -> pattern.matcher(value).matches())) {
        problems.add(selector.metric() + " has no " + label + " like " + wanted + ": " + values);
      }
    }
  }
}
