package dev.hejin.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportedMetricsTest {
  private static final ExportedMetrics EXPORTED =
      ExportedMetrics.of(
          """
          # HELP hejin_nodes of the pool
          # TYPE hejin_nodes gauge
          hejin_nodes{state="online",} 3.0
          hejin_nodes{state="lost",} 0.0
          hejin_leader 1.0
          hejin_step_seconds{deployment="chat",source="observed",} 0.01
          hejin_commit_seconds_bucket{outcome="confirmed",le="0.5",} 2.0
          hejin_commit_seconds_count{outcome="confirmed",} 2.0
          """);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "max(hejin_nodes{state=\"lost\"}) > 0",
        "max by (state) (hejin_nodes)",
        "hejin_leader == 0 and on (instance) up == 1",
        "sum(hejin_nodes{state=~\"on.*\"}) / 2.5e-3 + 1",
        "histogram_quantile(0.99, sum by (le, outcome) (rate(hejin_commit_seconds_bucket[5m])))",
        "max(hejin_step_seconds{deployment=~\"$deployment\", source=\"observed\"} offset 5m)",
        "absent(hejin_leader) or sum(hejin_leader) < bool 1",
        "label_values(hejin_step_seconds, deployment)"
      })
  void shouldTakeWhatIsExported(String query) {
    // When / Then
    assertThat(EXPORTED.problems(query)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          max(hejin_node) > 0                         | hejin_node is not exported
          sum by (stat) (hejin_nodes)                 | hejin_nodes has no label stat
          hejin_nodes{status="lost"}                  | hejin_nodes has no label status
          hejin_nodes{state="gone"}                   | hejin_nodes has no state gone
          hejin_nodes{state=~"gone.*"}                | hejin_nodes has no state like gone
          hejin_leader{state="$state"}                | hejin_leader has no label state
          rate(hejin_commit_seconds[5m])              | hejin_commit_seconds is not exported
          rates(hejin_leader[5m])                     | rates(
          sum(hejin_leader                            | ( that is not closed
          {state="lost"}                              | a selector without a metric
          hejin_nodes{state="lost"                    | an end in the middle
          sum by (state                               | an end in the middle
          label_values(hejin_nodes,                   | an end in the middle
          ''                                          | no metric
          vector(1)                                   | no metric
          hejin_leader # comment                      | # comment
          label_values(hejin_step_seconds, name)      | hejin_step_seconds has no label name
          """)
  void shouldNameWhatIsNotExported(String query, String problem) {
    // When
    List<String> problems = EXPORTED.problems(query);

    // Then
    assertThat(problems).hasSize(1).first().asString().contains(problem);
  }
}
