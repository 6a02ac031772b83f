package dev.hejin.agent.probe;

import static java.util.Objects.requireNonNull;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The host itself as one device of vendor "host": real, its memory known, its rates not. Works on
 * any machine, so that a node without accelerators goes the same way as one with them.
 */
public final class CpuHostProbe implements Probe {
  /** Key of the only device. */
  public static final String KEY = "0";

  private final String processor;
  private final long memoryBytes;
  private final Supplier<@Nullable Double> usedBytes;

  /**
   * @param processor what the operating system calls it, for example "amd64"
   * @param usedBytes memory in use at the moment; null when unknown
   */
  public CpuHostProbe(String processor, long memoryBytes, Supplier<@Nullable Double> usedBytes) {
    this.processor = requireNonNull(processor, "processor");
    this.memoryBytes = memoryBytes;
    this.usedBytes = usedBytes;
  }

  @Override
  public String vendor() {
    return "host";
  }

  @Override
  public Inventory discover() {
    Readings readings = new Readings().from("operating system");
    readings
        .at(KEY)
        .name(processor)
        .figure(Metric.MEMORY_TOTAL_BYTES, (double) memoryBytes)
        .figure(Metric.MEMORY_USED_BYTES, usedBytes.get());
    return readings.inventory(vendor(), "operating system");
  }

  @Override
  public Inventory sample() {
    return discover();
  }
}
