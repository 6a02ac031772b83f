package dev.hejin.agent.probe;

import static java.util.Objects.requireNonNull;

/**
 * The host itself as one device of vendor "host": real, its memory known, its rates not. Works on
 * any machine, so that a node without accelerators goes the same way as one with them.
 */
public final class CpuHostProbe implements Probe {
  /** Key of the only device. */
  public static final String KEY = "0";

  private final String processor;
  private final long memoryBytes;

  /**
   * @param processor what the operating system calls it, for example "amd64"
   */
  public CpuHostProbe(String processor, long memoryBytes) {
    this.processor = requireNonNull(processor, "processor");
    this.memoryBytes = memoryBytes;
  }

  @Override
  public String vendor() {
    return "host";
  }

  @Override
  public Inventory discover() {
    Readings readings = new Readings();
    readings.at(KEY).name(processor).figure(Metric.MEMORY_TOTAL_BYTES, (double) memoryBytes);
    return readings.inventory(vendor(), "operating system");
  }

  @Override
  public Inventory sample() {
    return discover();
  }
}
