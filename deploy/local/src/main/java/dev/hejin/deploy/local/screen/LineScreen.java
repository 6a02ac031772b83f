package dev.hejin.deploy.local.screen;

import static java.util.Objects.requireNonNull;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** Lines with the time since the start: one for each event, and the state every few seconds. */
public final class LineScreen implements Screen {
  private static final Duration PERIOD = Duration.ofSeconds(5);
  private static final double NANOS_PER_SECOND = 1e9;

  private final PrintWriter out;
  private final long begin;
  private final Ticker ticker;

  /**
   * @param state the state in one line
   */
  public LineScreen(PrintWriter out, long beginNanos, Supplier<String> state) {
    this.out = requireNonNull(out, "out");
    this.begin = beginNanos;
    this.ticker = Ticker.start("status", PERIOD, () -> event("  " + state.get()));
  }

  @Override
  public void event(String line) {
    print(out, begin, line);
  }

  /** A line with the time since the start. */
  public static void print(PrintWriter out, long beginNanos, String line) {
    double seconds = (System.nanoTime() - beginNanos) / NANOS_PER_SECOND;
    out.println(String.format(Locale.ROOT, "%6.1f s  %s", seconds, line));
    out.flush();
  }

  @Override
  public void close() {
    ticker.close();
  }
}
