package dev.hejin.lab.command;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.Console;
import dev.hejin.lab.experiment.Arm;
import dev.hejin.lab.experiment.Progress;
import dev.hejin.lab.report.Numbers;
import dev.hejin.lab.trial.TrialResult;
import java.time.Duration;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Shows how far a run is and how long it will take: one line written over itself on a terminal, a
 * line now and then elsewhere. Failures of policies are told at once, each reason once.
 */
final class ProgressLine implements Progress {
  private static final int BAR = 24;
  private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();
  private static final double NANOS_PER_SECOND = 1e9;
  private static final String OVER = "\r\u001b[K";

  private final Console console;
  private final boolean live;
  private final long begin = System.nanoTime();
  private final TreeSet<String> told = new TreeSet<>();
  private long last = begin;
  private int simulated;
  private long events;

  ProgressLine(Console console, boolean live) {
    this.console = requireNonNull(console, "console");
    this.live = live;
  }

  /** One that rewrites its line when standard output is a terminal. */
  static ProgressLine standard(Console console) {
    return new ProgressLine(
        console,
        System.console() != null
            && System.console().isTerminal()
            && !"dumb".equals(System.getenv("TERM")));
  }

  @Override
  public void ended(int done, int all, Arm arm, TrialResult result, boolean takenOver) {
    if (!takenOver) {
      simulated++;
      events += result.simulatedEvents();
    }
    if (!result.succeeded() && told.add(arm.name() + result.failure())) {
      clear();
      console.note("FAILED: " + arm.name() + ": " + result.failure());
    }
    long now = System.nanoTime();
    if (live) {
      console.err().print(OVER + text(done, all));
      console.err().flush();
    } else if (now - last >= QUIET_NANOS && done < all) {
      last = now;
      console.note(text(done, all));
    }
    if (done == all) {
      clear();
    }
  }

  private String text(int done, int all) {
    int full = BAR * done / all;
    String left =
        simulated == 0
            ? ""
            : ", " + Numbers.seconds(Math.ceil(seconds() / simulated * (all - done))) + " left";
    return "[%s%s] %d of %d trials%s"
        .formatted("#".repeat(full), ".".repeat(BAR - full), done, all, left);
  }

  private void clear() {
    if (live) {
      console.err().print(OVER);
      console.err().flush();
    }
  }

  private double seconds() {
    return (System.nanoTime() - begin) / NANOS_PER_SECOND;
  }

  /** What was simulated, and how fast; on the console only. */
  String summary() {
    return simulated == 0
        ? "no trial was simulated"
        : String.format(
            Locale.ROOT,
            "%d trials in %.1f s, %,.0f simulated events/s",
            simulated,
            seconds(),
            events / seconds());
  }
}
