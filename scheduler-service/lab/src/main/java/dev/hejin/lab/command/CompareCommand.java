package dev.hejin.lab.command;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.CommandFailure;
import dev.hejin.client.Console;
import dev.hejin.client.Wrap;
import dev.hejin.client.planfile.BadFile;
import dev.hejin.lab.comparison.Regressions;
import dev.hejin.lab.comparison.StoredResult;
import dev.hejin.lab.comparison.Verdict;
import dev.hejin.lab.report.ResultFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks for what got worse between two result files. */
@Command(
    name = "compare",
    description = {
      "Compare two result files of one scenario, arm by arm and measure by measure. Ends with 1",
      "when a measure got worse for sure, or trials fail that did not."
    },
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "A.json", description = "Before.")
  private Path first = Path.of("");

  @Parameters(index = "1", paramLabel = "B.json", description = "After.")
  private Path second = Path.of("");

  @Option(names = "--all", description = "Show measures that are not told apart, too.")
  private boolean all;

  CompareCommand(Console console) {
    this.console = requireNonNull(console, "console");
  }

  @Override
  public Integer call() {
    StoredResult before = ResultFile.read(first);
    StoredResult after = ResultFile.read(second);
    if (!before.scenario().equals(after.scenario()) || !before.text().equals(after.text())) {
      throw BadFile.field(
          second,
          "scenario",
          after.scenario(),
          before.scenario().equals(after.scenario())
              ? "its file is not the one that " + first + " was made with"
              : first + " is of " + before.scenario(),
          "run one scenario with both versions");
    }
    note(first, before);
    note(second, after);
    if (!before.settings().equals(after.settings())) {
      console.note("set: " + before.settings() + " before, " + after.settings() + " after");
    }
    Regressions regressions = Regressions.of(before, after);
    // Arms that only fail now have no figures to compare, but that is what got worse.
    if (regressions.changes().isEmpty() && regressions.newFailures().isEmpty()) {
      throw BadFile.whole(
          second, "no arm of it has figures in " + first, "other variants were tried in each");
    }
    regressions.missing().forEach(arm -> console.note("only in one file: " + arm));
    regressions.newFailures().forEach(arm -> console.print("FAILS more often: " + arm));
    List<Regressions.Change> shown =
        regressions.changes().stream().filter(change -> all || told(change.verdict())).toList();
    for (Regressions.Change change : shown) {
      console.print(
          Wrap.text(
              "", "    ", change.arm() + ", " + change.measure().title() + ": " + change.text()));
    }
    console.print(
        "%d figures compared, Holm's correction over all; %d worse, %d better"
            .formatted(
                regressions.changes().size(),
                count(regressions, Verdict.WORSE),
                count(regressions, Verdict.BETTER)));
    return regressions.any() ? CommandFailure.REFUSED : 0;
  }

  private void note(Path file, StoredResult result) {
    console.print(
        file
            + ": "
            + result.scenario()
            + ", version "
            + result.version()
            + (result.partial() ? ", PARTIAL" : ""));
  }

  private static boolean told(Verdict verdict) {
    return verdict == Verdict.BETTER || verdict == Verdict.WORSE;
  }

  private static long count(Regressions regressions, Verdict verdict) {
    return regressions.changes().stream().filter(c -> c.verdict() == verdict).count();
  }
}
