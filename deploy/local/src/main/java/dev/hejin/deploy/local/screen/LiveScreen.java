package dev.hejin.deploy.local.screen;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.Table;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** A picture that is drawn over itself, with the last events below. For terminals. */
public final class LiveScreen implements Screen {
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final int SHOWN_EVENTS = 10;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final String HOME = "\u001b[H";
  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_REST = "\u001b[J";
  private static final String CLEAR_ALL = "\u001b[2J";

  private final PrintWriter out;
  private final long begin;
  private final Deque<String> events = new ArrayDeque<>();
  private final Ticker ticker;

  /**
   * @param header lines that stay on top
   * @param picture the lines below them
   */
  public LiveScreen(
      PrintWriter out, long beginNanos, List<String> header, Supplier<List<String>> picture) {
    this.out = requireNonNull(out, "out");
    this.begin = beginNanos;
    out.print(CLEAR_ALL);
    this.ticker = Ticker.start("screen", PERIOD, () -> draw(header, picture.get()));
  }

  @Override
  public synchronized void event(String line) {
    events.addLast(
        String.format(
            Locale.ROOT, "%6.1f s  %s", (System.nanoTime() - begin) / NANOS_PER_SECOND, line));
    if (events.size() > SHOWN_EVENTS) {
      events.removeFirst();
    }
  }

  private synchronized void draw(List<String> header, List<String> picture) {
    StringBuilder all = new StringBuilder(HOME);
    header.forEach(line -> add(all, line));
    add(all, "");
    picture.forEach(line -> add(all, line));
    add(all, "");
    events.forEach(line -> add(all, line));
    out.print(all.append(CLEAR_REST));
    out.flush();
  }

  private static void add(StringBuilder all, String line) {
    all.append(line, 0, Math.min(line.length(), Table.WIDTH)).append(CLEAR_LINE).append("\r\n");
  }

  @Override
  public void close() {
    ticker.close();
  }
}
