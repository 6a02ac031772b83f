package dev.hejin.deploy.local.truth;

import static java.util.Objects.requireNonNull;

import dev.hejin.proto.simulation.v1.SimulatedDevice;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/** Looks at all simulated devices several times a second and remembers what must not be. */
public final class TruthWatcher implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(250);
  private static final Duration END_LIMIT = Duration.ofSeconds(3);
  private static final double NANOS_PER_SECOND = 1e9;

  private final ServedModel model;
  private final TruthSource source;
  private final LongSupplier nanoClock;
  private final TruthWindow whole = new TruthWindow();
  private volatile TruthWindow window = new TruthWindow();
  private volatile TrueThroughput latest = TrueThroughput.NONE;
  private volatile int failedLooks;
  private final Thread thread;
  private long lastLook;
  private volatile boolean ended;

  public TruthWatcher(ServedModel model, TruthSource source, LongSupplier nanoClock) {
    this.model = requireNonNull(model, "model");
    this.source = requireNonNull(source, "source");
    this.nanoClock = requireNonNull(nanoClock, "nanoClock");
    this.lastLook = nanoClock.getAsLong();
    this.thread = Thread.ofPlatform().daemon().name("truth").unstarted(this::run);
  }

  /** Looks from now on until it is closed. */
  public TruthWatcher start() {
    thread.start();
    return this;
  }

  private void run() {
    try {
      while (!ended) {
        long begin = nanoClock.getAsLong();
        tryToLook();
        long rest = PERIOD.toNanos() - (nanoClock.getAsLong() - begin);
        Thread.sleep(Duration.ofNanos(Math.max(1_000_000, rest)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tryToLook() {
    try {
      lookOnce();
    } catch (StatusRuntimeException e) {
      failedLooks = failedLooks + 1;
    }
  }

  /** Looks that a live process did not answer. */
  public int failedLooks() {
    return failedLooks;
  }

  /** One look; devices that seem not to serve something are looked at twice. */
  synchronized void lookOnce() {
    List<SimulatedDevice> devices = source.look();
    Coverage missing = Coverage.missing(model, devices);
    if (!missing.isComplete()) {
      missing = missing.and(Coverage.missing(model, source.look()));
    }
    TrueThroughput throughput = TrueThroughput.of(model, devices, missing.isComplete());
    List<String> violations = TruthChecks.violations(devices);
    long now = nanoClock.getAsLong();
    double seconds = (now - lastLook) / NANOS_PER_SECOND;
    lastLook = now;
    whole.add(violations, missing, throughput, seconds);
    window.add(violations, missing, throughput, seconds);
    latest = throughput;
  }

  /** Begins a new window and returns it; it goes on until the next one begins. */
  public TruthWindow beginWindow() {
    TruthWindow fresh = new TruthWindow();
    window = fresh;
    return fresh;
  }

  /** All that was seen since the start. */
  public TruthWindow whole() {
    return whole;
  }

  /** What the devices reach now. */
  public TrueThroughput latest() {
    return latest;
  }

  @Override
  public void close() {
    ended = true;
    thread.interrupt();
    try {
      thread.join(END_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
