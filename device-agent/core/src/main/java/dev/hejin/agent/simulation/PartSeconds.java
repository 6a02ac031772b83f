package dev.hejin.agent.simulation;

/** Seconds of a device's own work for one microbatch, by part. */
public record PartSeconds(double attention, double expert, double other) {
  public static final PartSeconds ZERO = new PartSeconds(0, 0, 0);

  public double total() {
    return attention + expert + other;
  }

  public PartSeconds plus(PartSeconds more) {
    return new PartSeconds(attention + more.attention, expert + more.expert, other + more.other);
  }

  public PartSeconds times(double factor) {
    return new PartSeconds(attention * factor, expert * factor, other * factor);
  }
}
