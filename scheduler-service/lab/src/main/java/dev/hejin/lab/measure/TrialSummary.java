package dev.hejin.lab.measure;

import dev.hejin.lab.physics.TruePool;
import dev.hejin.lab.trial.Measure;
import dev.hejin.lab.trial.TrialResult;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/** Sums up what the services of one trial did. */
public final class TrialSummary {
  private static final double BYTES_PER_GIB = 1L << 30;

  /** Power of a device that does nothing, as a share of its design power. Assumed. */
  private static final double IDLE_POWER = 0.35;

  private final List<ServiceRecorder> services;
  private final List<TruePool> pools;
  private final double warmup;
  private final double duration;

  public TrialSummary(
      List<ServiceRecorder> services, List<TruePool> pools, double warmup, double duration) {
    this.services = List.copyOf(services);
    this.pools = List.copyOf(pools);
    this.warmup = warmup;
    this.duration = duration;
  }

  /**
   * All measures.
   *
   * @param movedBytes by migrations
   * @param faultSeconds when something broke
   */
  public Map<Measure, Double> measures(double movedBytes, List<Double> faultSeconds) {
    EnumMap<Measure, Double> measures = new EnumMap<>(Measure.class);
    double measured = duration - warmup;
    double tokens = sum(service -> service.tokensOut);
    double ended = sum(service -> service.ended);
    measures.put(Measure.THROUGHPUT, tokens / measured);
    measures.put(Measure.GOODPUT, sum(service -> service.goodTokens) / measured);
    if (ended > 0) {
      measures.put(Measure.LIMITS_MET, sum(service -> service.met) / ended);
    }
    latencies(measures);
    double steps = sum(service -> service.balanceSteps);
    if (steps > 0) {
      measures.put(Measure.BALANCEDNESS, sum(service -> service.balanceSum) / steps);
    }
    measures.put(Measure.BYTES_MOVED, movedBytes / BYTES_PER_GIB);
    measures.put(Measure.DISTURBED_STEPS, sum(service -> service.disturbedSteps));
    measures.put(Measure.UNSERVED, sum(service -> service.unservedSeconds));
    recovery(faultSeconds).ifPresent(seconds -> measures.put(Measure.RECOVERY, seconds));
    double devices = pools.stream().mapToInt(TruePool::devices).sum();
    double used = sum(service -> service.ownSeconds) / (devices * measured);
    measures.put(Measure.UTILISATION, used);
    double price = total(TruePool::pricePerHourUsd);
    if (tokens > 0 && price > 0) {
      measures.put(Measure.COST, price / 3600 * measured / tokens * 1e6);
    }
    double watts = total(TruePool::designWatts);
    if (tokens > 0 && watts > 0) {
      double share = IDLE_POWER + (1 - IDLE_POWER) * Math.min(1, used);
      measures.put(Measure.ENERGY, watts * share * measured / tokens);
    }
    return measures;
  }

  private interface Figure {
    double of(ServiceRecorder service);
  }

  private interface PoolFigure {
    double of(TruePool pool);
  }

  private double sum(Figure figure) {
    double sum = 0;
    for (ServiceRecorder service : services) {
      sum += figure.of(service);
    }
    return sum;
  }

  /** NaN when one pool's is unknown. */
  private double total(PoolFigure figure) {
    double sum = 0;
    for (TruePool pool : pools) {
      sum += figure.of(pool);
    }
    return sum;
  }

  private void latencies(EnumMap<Measure, Double> measures) {
    Histogram first = new Histogram(services.getFirst().firstMicros);
    Histogram token = new Histogram(services.getFirst().tokenMicros);
    for (ServiceRecorder service : services) {
      first.add(service.firstMicros);
      token.add(service.tokenMicros);
    }
    if (first.getTotalCount() > 0) {
      measures.put(Measure.TTFT_P50, first.getValueAtPercentile(50) / 1e6);
      measures.put(Measure.TTFT_P90, first.getValueAtPercentile(90) / 1e6);
      measures.put(Measure.TTFT_P99, first.getValueAtPercentile(99) / 1e6);
    }
    if (token.getTotalCount() > 0) {
      measures.put(Measure.TPOT_P50, token.getValueAtPercentile(50) / 1e3);
      measures.put(Measure.TPOT_P90, token.getValueAtPercentile(90) / 1e3);
      measures.put(Measure.TPOT_P99, token.getValueAtPercentile(99) / 1e3);
    }
  }

  private OptionalDouble recovery(List<Double> faultSeconds) {
    double[] tokens = new double[(int) Math.ceil(duration)];
    for (ServiceRecorder service : services) {
      for (int second = 0; second < tokens.length; second++) {
        tokens[second] += service.tokensBySecond[second];
      }
    }
    return Recovery.mean(tokens, faultSeconds);
  }

  /** Figures over time. */
  public List<TrialResult.Series> series() {
    List<TrialResult.Series> series = new ArrayList<>();
    for (ServiceRecorder service : services) {
      String prefix = services.size() > 1 ? service.name + ": " : "";
      series.add(
          new TrialResult.Series(
              prefix + "throughput", "tokens/s", service.tokens.times(), service.tokens.rates()));
      means(series, prefix + "balancedness", "", service.balance);
      means(series, prefix + "time to first token", "s", service.waits);
      TruePool pool = pools.get(services.indexOf(service));
      service.own.forEach(
          (chip, bins) -> {
            int devices = pool.count(chip);
            series.add(
                new TrialResult.Series(
                    prefix + "utilisation of " + chip,
                    "",
                    bins.times(),
                    bins.rates().stream().map(rate -> rate / devices).toList()));
          });
    }
    return series;
  }

  private static void means(List<TrialResult.Series> series, String name, String unit, Bins bins) {
    List<List<Double>> means = bins.means();
    series.add(new TrialResult.Series(name, unit, means.get(0), means.get(1)));
  }

  /** What stages did in a stretch in the middle. */
  public List<TrialResult.StageSpan> spans() {
    return services.stream().flatMap(service -> service.spans.stream()).toList();
  }

  /** Arrivals, first tokens, ends and stages that were worked through. */
  public long events() {
    long events = 0;
    for (ServiceRecorder service : services) {
      events += service.events;
    }
    return events;
  }
}
