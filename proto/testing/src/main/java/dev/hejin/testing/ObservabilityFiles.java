package dev.hejin.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The queries of dashboards and alerts, with the place in which each stands. */
public final class ObservabilityFiles {
  private ObservabilityFiles() {}

  /**
   * A query.
   *
   * @param place file, and panel, variable or alert
   * @param text in PromQL
   */
  public record Query(String place, String text) {
    /** Whether it asks for what agents export. */
    public boolean isOfAgents() {
      return text.contains("hejin_agent_");
    }
  }

  /**
   * @param root of the sources
   */
  public static List<Query> queries(Path root) {
    Path folder = root.resolve("deploy").resolve("observability");
    List<Query> queries = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder.resolve("grafana"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".json")).sorted().toList()) {
        dashboard(file, queries);
      }
      alerts(folder.resolve("alerts.yaml"), queries);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return queries;
  }

  private static void dashboard(Path file, List<Query> queries) throws IOException {
    JsonNode dashboard = new ObjectMapper().readTree(file.toFile());
    for (JsonNode panel : dashboard.path("panels")) {
      String place = file.getFileName() + ": " + panel.path("title").asText();
      for (JsonNode target : panel.path("targets")) {
        queries.add(new Query(place, target.path("expr").asText()));
      }
    }
    for (JsonNode variable : dashboard.path("templating").path("list")) {
      if (variable.path("type").asText().equals("query")) {
        queries.add(
            new Query(
                file.getFileName() + ": variable " + variable.path("name").asText(),
                variable.path("query").path("query").asText()));
      }
    }
  }

  private static void alerts(Path file, List<Query> queries) throws IOException {
    JsonNode rules = new YAMLMapper().readTree(file.toFile());
    for (JsonNode group : rules.path("spec").path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        queries.add(
            new Query(
                file.getFileName() + ": " + rule.path("alert").asText(),
                rule.path("expr").asText()));
      }
    }
  }

  /** What is wrong with which query, as {@link ExportedMetrics#problems} has it. */
  public static List<String> problems(List<Query> queries, ExportedMetrics exported) {
    List<String> problems = new ArrayList<>();
    for (Query query : queries) {
      exported
          .problems(query.text())
          .forEach(problem -> problems.add(query.place() + ": " + problem));
    }
    return problems;
  }
}
