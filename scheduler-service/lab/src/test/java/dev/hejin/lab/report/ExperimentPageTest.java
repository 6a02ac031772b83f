package dev.hejin.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.lab.advisor.Advice;
import dev.hejin.lab.advisor.Change;
import dev.hejin.lab.experiment.Arm;
import dev.hejin.lab.experiment.ExperimentPlan;
import dev.hejin.lab.experiment.FakeWorld;
import dev.hejin.lab.experiment.Outcome;
import dev.hejin.lab.trial.Measure;
import dev.hejin.lab.trial.TrialResult;
import dev.hejin.lab.trial.Variant;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ExperimentPageTest {
  private static Outcome outcome(ExperimentPlan plan, int missing) {
    TrialResult[][] results = new TrialResult[plan.arms().size()][plan.replications()];
    for (int arm = 0; arm < results.length; arm++) {
      for (int r = 0; r < plan.replications(); r++) {
        Variant variant = plan.arms().get(arm).variant();
        if (variant.settings().containsKey("fails")) {
          results[arm][r] = TrialResult.failed("no device <fits>");
        } else if (arm > 0 || r < plan.replications() - missing) {
          results[arm][r] = new FakeWorld().run(variant, plan.seedOf(r));
        }
      }
    }
    return new Outcome(plan, results);
  }

  private static List<String> charts(String page) {
    List<String> charts = new ArrayList<>();
    Matcher matcher = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL).matcher(page);
    while (matcher.find()) {
      charts.add(matcher.group());
    }
    return charts;
  }

  @Test
  void shouldLoadNothingAndTellScreenReadersWhatEachChartShows() throws Exception {
    // When
    String page = ExperimentPage.of(outcome(FakeWorld.plan(3, 0, 40), 0));

    // Then: bars of two measures, one course, two heat maps, two views of stages
    assertThat(page).doesNotContain("http").doesNotContain("<script").doesNotContain("url(");
    assertThat(charts(page)).hasSize(7);
    assertThat(page).contains("Zero in every trial, so without a chart: bytes moved.");
    for (String chart : charts(page)) {
      assertThat(chart).contains("role=\"img\"").contains("<title>").contains("<desc>");
      assertThat(chart).doesNotContain("NaN").doesNotContain("Infinity");
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(chart)));
    }
  }

  @Test
  void shouldShowFailuresAndMissingTrialsAsSuch() {
    // When
    String page = ExperimentPage.of(outcome(FakeWorld.plan(3, 0, Double.NaN), 1));

    // Then
    assertThat(page)
        .contains("FAILED: v1 in 3 of 3 trials: no device &lt;fits&gt;")
        .contains("PARTIAL: the run was interrupted after 5 of 6 trials")
        .contains(">failed<");
  }

  @Test
  void shouldHoldScenarioSeedAndVersionAndNoTimeOfTheRun() {
    // Given
    ExperimentPlan plan = FakeWorld.plan(2, 0);

    // When
    String page = ExperimentPage.of(outcome(plan, 0));

    // Then
    assertThat(page).contains("name: made-up").contains("seed 5").contains(">test<");
    assertThat(page).isEqualTo(ExperimentPage.of(outcome(plan, 0)));
    assertThat(page).contains("node a &lt;lost&gt;").contains("replaced &amp; loaded");
  }

  @Test
  void shouldDrawALineForEachVariantOverASweep() {
    // Given
    List<Arm> arms = new ArrayList<>();
    for (String rate : List.of("10", "20", "30")) {
      for (String gain : List.of("0", "50")) {
        String name = "gain " + gain + " at rate=" + rate;
        Variant variant = new Variant(name, Map.of("gain", gain, "rate", rate));
        arms.add(new Arm("rate=" + rate, "gain " + gain, variant, false, ""));
      }
    }
    ExperimentPlan plan = new ExperimentPlan("s", "story", "text", List.of(), "v", 1, 2, arms);

    // When
    String page = ExperimentPage.of(outcome(plan, 0));

    // Then
    String sweep = charts(page).getFirst();
    assertThat(sweep).contains("Over 3 points of the sweep");
    assertThat(Pattern.compile("<path class=\"l s").matcher(sweep).results()).hasSize(2);
    assertThat(sweep).contains(">10</text>", ">20</text>", ">30</text>").doesNotContain("rate=");
    assertThat(page).contains("Over the sweep of rate<");
  }

  @Test
  void shouldShowGainsAndLossesOfChangesOnBothSidesOfZero() throws Exception {
    // Given
    ExperimentPlan plan = FakeWorld.plan(3, 0, 40, -30);
    Outcome outcome = outcome(plan, 0);
    List<Change> changes =
        List.of(
            new Change("m", "more memory", Map.of(), 2),
            new Change("l", "less <of it>", Map.of(), 1));
    List<Advice> advice = Advice.of(outcome, changes, Measure.THROUGHPUT);

    // When
    String page = AdvicePage.of(outcome, advice, Measure.THROUGHPUT);

    // Then
    String chart = charts(page).getFirst();
    Matcher zero = Pattern.compile("<line class=\"a\" x1=\"([0-9.]+)\"").matcher(chart);
    Matcher gain = Pattern.compile("c0\" x=\"([0-9.]+)\"").matcher(chart);
    Matcher loss =
        Pattern.compile("c4\" x=\"([0-9.]+)\" y=\"[0-9.]+\" width=\"([0-9.]+)\"").matcher(chart);
    assertThat(zero.find() && gain.find() && loss.find()).isTrue();
    double at = Double.parseDouble(zero.group(1));
    assertThat(Double.parseDouble(gain.group(1))).isEqualTo(at);
    assertThat(Double.parseDouble(loss.group(1)) + Double.parseDouble(loss.group(2)))
        .isCloseTo(at, within(0.2));
    assertThat(chart).contains("less &lt;of it&gt;").doesNotContain("NaN");
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(chart)));
  }
}
