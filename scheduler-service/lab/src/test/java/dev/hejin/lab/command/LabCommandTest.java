package dev.hejin.lab.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.client.ClientCommands;
import dev.hejin.client.Console;
import dev.hejin.lab.experiment.Arms;
import dev.hejin.lab.scenario.ScenarioFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabCommandTest {
  /** A small world that is simulated in a moment. */
  private static final String SCENARIO =
      """
      name: tiny
      story: Two nodes for a minute.
      durationSeconds: 40
      pool:
        name: tiny
        nodes:
          - name: a
            count: 2
            vendor: NVIDIA
            chip: H20
            devices: 8
            networkGbitPerSecond: 400
      model: deepseek-v2-lite
      traffic:
        requestsPerSecond: 3
        promptTokens: 128
        outputTokens: 32
      experiment:
        replications: 2
        variants:
          - name: "hejin, blind"
            settings: { control.speedAware: false }
          - name: "hejin"
      """;

  @TempDir private Path folder = Path.of("");

  private record Run(int exitCode, String out, String err) {}

  private static Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Console console = new Console(new PrintWriter(out, true), new PrintWriter(err, true));
    int code = ClientCommands.withFailures(LabCommand.line(console), console).execute(arguments);
    return new Run(code, out.toString(), err.toString());
  }

  private String scenario() throws IOException {
    return Files.writeString(folder.resolve("tiny.yaml"), SCENARIO).toString();
  }

  private String report(String name) {
    return folder.resolve(name).toString();
  }

  private static void assertRefused(Run run, String... parts) {
    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(2);
    assertThat(run.err()).contains(parts).contains("Maybe");
    assertThat(run.err()).doesNotContain("fault of Hejin");
  }

  @Test
  void shouldWriteTheSameBytesInTwoRunsOfOneSeed() throws IOException {
    // When
    Run first = run("run", scenario(), "-o", report("a.html"), "--threads", "1");
    Run second = run("run", scenario(), "-o", report("b.html"), "--threads", "2");

    // Then
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(second.exitCode()).as(second.err()).isZero();
    assertThat(folder.resolve("a.json")).hasSameBinaryContentAs(folder.resolve("b.json"));
    assertThat(folder.resolve("a.html")).hasSameBinaryContentAs(folder.resolve("b.html"));
    assertThat(first.out()).contains("SIMULATED").contains("beside hejin, blind");
    Run compared = run("compare", report("a.json"), report("b.json"));
    assertThat(compared.exitCode()).as(compared.err()).isZero();
    assertThat(compared.out()).contains("0 worse, 0 better");
  }

  @Test
  void shouldGoOnWhereAnEarlierRunEnded() throws IOException {
    // Given
    Run first =
        run("run", scenario(), "-o", report("a.html"), "--replications", "1", "--threads", "1");

    // When
    Run second = run("run", scenario(), "-o", report("a.html"), "--replications", "2", "--resume");

    // Then
    assertThat(first.out()).contains("2 trials in");
    assertThat(second.out()).contains("2 trials in");
    Run whole = run("run", scenario(), "-o", report("b.html"), "--replications", "2");
    assertThat(whole.out()).contains("4 trials in");
    assertThat(folder.resolve("a.json")).hasSameBinaryContentAs(folder.resolve("b.json"));
  }

  @Test
  void shouldSweepAndChooseVariantsByNamesThatHoldCommas() throws IOException {
    // When
    Run run =
        run(
            "run",
            scenario(),
            "-o",
            report("a.html"),
            "--replications",
            "1",
            "--variants",
            "hejin, blind,random",
            "--sweep",
            "traffic.requestsPerSecond=2,3",
            "--set",
            "truth.climate=false");

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("hejin, blind at traffic.requestsPerSecond=2")
        .contains("random at traffic.requestsPerSecond=3");
    assertThat(Files.readString(folder.resolve("a.json"))).contains("\"truth.climate=false\"");
  }

  @Test
  void shouldRefuseWrongInputBeforeAnythingRuns() throws IOException {
    String tiny = scenario();
    assertRefused(run("run", "half-sped-half"), "half-sped-half", "you mean half-speed-half");
    assertRefused(run("run", folder.resolve("no.yaml").toString()), "there is no such file");
    assertRefused(run("run", tiny, "--replications", "0"), "--replications = 0");
    assertRefused(run("run", tiny, "--threads", "0"), "--threads = 0");
    assertRefused(run("run", tiny, "--set", "control.polcy=hejin"), "polcy");
    assertRefused(run("run", tiny, "--set", "control.policy"), "not of the form PATH=VALUE");
    assertRefused(run("run", tiny, "--set", "pool.nodes[9].speed=1"), "pool.nodes[9]");
    assertRefused(run("run", tiny, "--sweep", "traffic.requestsPerSecond=1,,2"), "PATH=V1,V2");
    assertRefused(run("run", tiny, "--sweep", "traffic.requestsPerSecond=-1,2"), "-1");
    assertRefused(run("run", tiny, "--sweep", "traffic.requestsPerSecond=2,2"), "swept twice");
    assertRefused(run("run", tiny, "--variants", "hejim"), "hejim", "'hejin'");
    assertRefused(run("run", tiny, "--variants", "hejin,hejin"), "it is named twice");
    assertRefused(
        run("run", tiny, "--variants", "hejin, blind", "--set", "control.speedAware=true"),
        "the variant 'hejin, blind' sets this itself");
    assertRefused(run("run", tiny, "-o", report("x/a.html")), "there is no such folder");
    assertRefused(run("run", tiny, "-o", report("a.txt")), "not an .html file");
    assertRefused(run("run", tiny, "-o", "/"), "not an .html file");
    assertThat(folder.toFile().list()).containsExactly("tiny.yaml");
  }

  @Test
  void shouldRefuseToCompareDifferentScenariosAndOtherFiles() throws IOException {
    // Given
    String tiny = scenario();
    assertThat(run("run", tiny, "-o", report("a.html"), "--replications", "1").exitCode()).isZero();
    Path other = folder.resolve("b.json");
    Files.writeString(
        other,
        Files.readString(folder.resolve("a.json"))
            .replace("\"scenario\" : \"tiny\"", "\"scenario\" : \"large\""));

    // When / Then
    assertRefused(run("compare", report("a.json"), other.toString()), "scenario = large", "tiny");
    assertRefused(run("compare", report("a.json"), tiny), "no valid JSON");
    assertRefused(run("compare", report("a.json"), report("none.json")), "no such file");
  }

  @Test
  void shouldFailWhenAMeasureGotWorseForSure() throws IOException {
    // Given: the same trials with a tenth less throughput, all else equal
    String tiny = scenario();
    assertThat(run("run", tiny, "-o", report("a.html"), "--replications", "4").exitCode()).isZero();
    String text = Files.readString(folder.resolve("a.json"));
    String worse =
        Pattern.compile("(\"throughput\" : )([0-9.]+)")
            .matcher(text)
            .replaceAll(m -> m.group(1) + Double.parseDouble(m.group(2)) * 0.9);
    Files.writeString(folder.resolve("b.json"), worse);

    // When
    Run run = run("compare", report("a.json"), report("b.json"));

    // Then
    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
    assertThat(run.out()).contains("throughput: worse by 10.0 %");
  }

  @Test
  void shouldFailWhenEveryTrialFailsThatDidNot() throws IOException {
    // Given
    String tiny = scenario();
    assertThat(run("run", tiny, "-o", report("a.html"), "--replications", "1").exitCode()).isZero();
    String text = Files.readString(folder.resolve("a.json"));
    Files.writeString(
        folder.resolve("b.json"),
        text.replace("\"failure\" : \"\"", "\"failure\" : \"no device fits\""));

    // When
    Run run = run("compare", report("a.json"), report("b.json"));

    // Then
    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
    assertThat(run.out()).contains("FAILS more often: hejin", "0 figures compared");
  }

  @Test
  void shouldTellTheStoryOfEveryShippedScenario() {
    // When
    Run run = run("list");

    // Then
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains(ScenarioFiles.names());
  }

  @Test
  void shouldReadEveryVariantOfEveryShippedScenario() {
    for (String name : ScenarioFiles.names()) {
      assertThat(
              new Arms(ScenarioFiles.open(name), Map.of(), Map.of())
                  .of(ScenarioFiles.load(name).experiment().variants()))
          .as(name)
          .isNotEmpty();
    }
  }

  @Test
  void shouldAdviseOnNodesChipsAndLinks() throws IOException {
    // When
    Run run =
        run(
            "advise",
            scenario(),
            "-o",
            report("a.html"),
            "--replications",
            "2",
            "--cost",
            "network=2");

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("one more node of 8 x H20-SXM-96GB")
        .contains("H20-SXM-96GB with 25 % more memory bandwidth")
        .contains("25 % more bandwidth between nodes")
        .contains("cost unknown");
    assertRefused(run("advise", scenario(), "--cost", "netwrk=2"), "netwrk", "network");
    assertRefused(run("advise", scenario(), "--cost", "network=free"), "no number");
    assertRefused(run("advise", scenario(), "--percent", "0"), "--percent = 0");
    assertRefused(run("advise", scenario(), "--set", "pool.name=x"), "changes this itself");
  }

  @Test
  void shouldNameItsCommandsWhenNoneIsGiven() {
    // When
    Run run = run();

    // Then
    assertRefused(run, "lab wants one of list, run, compare, advise");
    assertThat(List.of(run.out())).containsExactly("");
  }
}
