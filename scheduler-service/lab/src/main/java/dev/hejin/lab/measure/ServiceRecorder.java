package dev.hejin.lab.measure;

import dev.hejin.lab.control.ControlLog;
import dev.hejin.lab.physics.StagePhysics;
import dev.hejin.lab.physics.StepWork;
import dev.hejin.lab.physics.TruePool;
import dev.hejin.lab.scenario.Limits;
import dev.hejin.lab.serving.ServiceObserver;
import dev.hejin.lab.trial.TrialResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Counts what one service does; what is before the warm-up's end does not count. */
public final class ServiceRecorder implements ServiceObserver, ControlLog {
  static final int SERIES_POINTS = 240;
  private static final int MOST_SPANS = 96;
  private static final long MOST_MICROS = 3_600_000_000L;

  final String name;
  final Histogram firstMicros = new Histogram(MOST_MICROS, 3);
  final Histogram tokenMicros = new Histogram(MOST_MICROS, 3);
  final double[] tokensBySecond;
  final Bins tokens;
  final Bins balance;
  final Bins waits;
  final Map<String, Bins> own = new TreeMap<>();
  final List<TrialResult.StageSpan> spans = new ArrayList<>();
  double tokensOut;
  double goodTokens;
  long met;
  long ended;
  long disturbedSteps;
  double balanceSum;
  long balanceSteps;
  double ownSeconds;
  double unservedSeconds;
  long events;

  private final List<TrialResult.WorldEvent> log;
  private final Limits limits;
  private final TruePool pool;
  private final double warmup;
  private final double duration;
  private StepWork window = new StepWork();
  private long windowSteps;
  private boolean isMoving;
  private double unservedSince = Double.NaN;

  /**
   * @param log that all services write to
   */
  public ServiceRecorder(
      String name,
      Limits limits,
      TruePool pool,
      double warmupSeconds,
      double durationSeconds,
      List<TrialResult.WorldEvent> log) {
    this.name = name;
    this.limits = limits;
    this.pool = pool;
    this.warmup = warmupSeconds;
    this.duration = durationSeconds;
    this.log = log;
    this.tokensBySecond = new double[(int) Math.ceil(durationSeconds) + 1];
    this.tokens = new Bins(durationSeconds, SERIES_POINTS);
    this.balance = new Bins(durationSeconds, SERIES_POINTS);
    this.waits = new Bins(durationSeconds, SERIES_POINTS);
  }

  @Override
  public void arrived(double seconds) {
    events++;
  }

  @Override
  public void refused(double arrivalSeconds) {
    if (arrivalSeconds >= warmup) {
      ended++;
    }
  }

  @Override
  public void tokens(double seconds, double count) {
    tokens.add(seconds, count, 1);
    tokensBySecond[(int) seconds] += count;
    if (seconds >= warmup) {
      tokensOut += count;
    }
  }

  @Override
  public void first(double arrivalSeconds, double seconds) {
    events++;
    waits.add(seconds, seconds - arrivalSeconds, 1);
    if (arrivalSeconds >= warmup) {
      firstMicros.recordValue(micros(seconds - arrivalSeconds));
    }
  }

  private static long micros(double seconds) {
    return Math.clamp(Math.round(seconds * 1e6), 0, MOST_MICROS);
  }

  @Override
  public void finished(
      double arrivalSeconds, double firstSeconds, double seconds, int outputTokens) {
    events++;
    if (arrivalSeconds < warmup) {
      return;
    }
    ended++;
    double each = outputTokens > 1 ? (seconds - firstSeconds) / (outputTokens - 1) : 0;
    if (outputTokens > 1) {
      tokenMicros.recordValue(micros(each));
    }
    if (firstSeconds - arrivalSeconds <= limits.ttftSeconds()
        && each * 1e3 <= limits.tpotMillis()) {
      met++;
      goodTokens += outputTokens;
    }
  }

  /** One whose first token is overdue has missed its limit; of the others nothing is known. */
  @Override
  public void unfinished(double arrivalSeconds, double firstSeconds, double endSeconds) {
    if (arrivalSeconds >= warmup
        && Double.isNaN(firstSeconds)
        && endSeconds - arrivalSeconds > limits.ttftSeconds()) {
      ended++;
    }
  }

  @Override
  public void stage(
      int stage,
      int group,
      double waitedSinceSeconds,
      double startSeconds,
      double endSeconds,
      StagePhysics physics,
      StepWork work) {
    events++;
    if (stage == 0) {
      window.add(work);
      windowSteps++;
      disturbedSteps += isMoving && startSeconds >= warmup ? 1 : 0;
    }
    double busy = physics.lastOwnSeconds() * physics.spec().devices().length;
    String chip = pool.rates(physics.spec().devices()[0]).chip();
    own.computeIfAbsent(chip, c -> new Bins(duration, SERIES_POINTS))
        .add(Math.min(startSeconds, duration), busy, 1);
    if (physics.moeLayers() > 0) {
      balance.add(startSeconds, physics.lastBalance(), physics.moeLayers());
    }
    if (startSeconds >= warmup) {
      ownSeconds += busy;
      if (physics.moeLayers() > 0) {
        balanceSum += physics.lastBalance() * physics.moeLayers();
        balanceSteps += physics.moeLayers();
      }
    }
    if (startSeconds >= duration / 2 && spans.size() < MOST_SPANS) {
      span(stage, group, waitedSinceSeconds, startSeconds, endSeconds, physics, chip);
    }
  }

  private void span(
      int stage,
      int group,
      double waited,
      double start,
      double end,
      StagePhysics physics,
      String chip) {
    String title =
        "%s, stage %d, %d x %s".formatted(name, stage, physics.spec().devices().length, chip);
    if (waited < start) {
      spans.add(new TrialResult.StageSpan(title, group, "wait", waited, start));
    }
    double transfer = Math.min(physics.lastShownExchangeSeconds(), end - start);
    spans.add(new TrialResult.StageSpan(title, group, "compute", start, end - transfer));
    spans.add(new TrialResult.StageSpan(title, group, "transfer", end - transfer, end));
  }

  @Override
  public void event(double seconds, String kind, String text) {
    log.add(new TrialResult.WorldEvent(seconds, kind, text));
  }

  @Override
  public void moving(boolean moving) {
    isMoving = moving;
  }

  @Override
  public void unserved(double seconds, boolean isUnserved) {
    if (isUnserved && Double.isNaN(unservedSince)) {
      unservedSince = seconds;
    } else if (!isUnserved && !Double.isNaN(unservedSince)) {
      unservedSeconds += Math.max(0, seconds - Math.max(warmup, unservedSince));
      unservedSince = Double.NaN;
    }
  }

  /** The end of time. */
  public void close(double seconds) {
    unserved(seconds, false);
  }

  @Override
  public Window takeWindow() {
    Window taken = new Window(window.times(windowSteps > 0 ? 1.0 / windowSteps : 0), windowSteps);
    window = new StepWork();
    windowSteps = 0;
    return taken;
  }
}
