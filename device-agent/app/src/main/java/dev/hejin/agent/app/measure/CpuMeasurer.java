package dev.hejin.agent.app.measure;

import dev.hejin.agent.model.Precision;
import dev.hejin.agent.probe.DeviceReading;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/**
 * Measures the host: a blocked product in FP32, the same with weights in BF16 that are widened, and
 * memory bandwidth by the triad of STREAM (McCalpin, 1995: a = b + s c, 24 bytes an element of
 * doubles; the best of several runs counts). One thread a processor, all at the same time.
 */
public final class CpuMeasurer implements Measurer {
  private static final double NANOS = 1e9;

  private final int threads;
  private final double secondsEach;
  private final int triadElements;

  /**
   * @param secondsEach time for each figure
   * @param triadBytes of the three arrays together, more than the caches hold
   */
  public CpuMeasurer(int threads, double secondsEach, long triadBytes) {
    this.threads = threads;
    this.secondsEach = secondsEach;
    this.triadElements = (int) Math.max(1024, triadBytes / threads / 24);
  }

  /** For this machine: 2 s a figure, 384 MiB in the triad. */
  public static CpuMeasurer ofThisMachine() {
    return new CpuMeasurer(Runtime.getRuntime().availableProcessors(), 2, 384L << 20);
  }

  @Override
  public boolean knows(String vendor) {
    return vendor.equals("host");
  }

  @Override
  public Measurement measure(DeviceReading device, String date) {
    Map<Precision, Double> rates = new EnumMap<>(Precision.class);
    rates.put(Precision.FP32, best(thread -> new BlockedProduct(false), BlockedProduct.OPERATIONS));
    rates.put(Precision.BF16, best(thread -> new BlockedProduct(true), BlockedProduct.OPERATIONS));
    double triad = best(thread -> new Triad(triadElements), 24.0 * triadElements);
    return new Measurement(
        Measurer.idOf(device),
        device.driverVersion(),
        "blocked product and STREAM triad in Java on %d threads".formatted(threads),
        date,
        rates,
        triad,
        null,
        null,
        null);
  }

  /** Units a second of the best round in which all threads did one piece of work at once. */
  private double best(IntFunction<Runnable> work, double unitsOfOne) {
    List<Thread> running = new ArrayList<>();
    AtomicLong bestNanos = new AtomicLong(Long.MAX_VALUE);
    AtomicLong startNanos = new AtomicLong();
    long end = System.nanoTime() + (long) (secondsEach * NANOS);
    boolean[] over = new boolean[1];
    CyclicBarrier begin = new CyclicBarrier(threads, () -> startNanos.set(System.nanoTime()));
    CyclicBarrier done =
        new CyclicBarrier(
            threads,
            () -> {
              long now = System.nanoTime();
              bestNanos.accumulateAndGet(now - startNanos.get(), Math::min);
              over[0] = now >= end;
            });
    for (int i = 0; i < threads; i++) {
      Runnable piece = work.apply(i);
      running.add(
          Thread.ofPlatform()
              .daemon()
              .name("hejin-measure-" + i)
              .start(() -> rounds(piece, begin, done, over)));
    }
    running.forEach(CpuMeasurer::join);
    return unitsOfOne * threads * NANOS / bestNanos.get();
  }

  private static void rounds(
      Runnable piece, CyclicBarrier begin, CyclicBarrier done, boolean[] over) {
    try {
      do {
        begin.await();
        piece.run();
        done.await();
      } while (!over[0]);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
