package dev.hejin.scheduler.flow;

/**
 * Links between devices and to the coordinator: dense, directed, by index. A link that does not
 * exist has rate 0.
 */
public final class Network {
  private final int devices;
  private final double[] tokens;
  private final double[] bytes;
  private final double[] latency;

  /** No links yet. */
  public Network(int devices) {
    this.devices = devices;
    int cells = (devices + 1) * (devices + 1);
    tokens = new double[cells];
    bytes = new double[cells];
    latency = new double[cells];
  }

  /** The coordinator: requests come from it and answers return to it. */
  public int coordinator() {
    return devices;
  }

  /**
   * Adds a link, or replaces it.
   *
   * @param tokensPerSecond what the link carries, from 0
   * @param bytesPerSecond the same in bytes
   * @param latencySeconds of one message
   */
  public Network link(
      int from, int to, double tokensPerSecond, double bytesPerSecond, double latencySeconds) {
    String field = "links[" + name(from) + " -> " + name(to) + "]";
    positive(field + ".tokens_per_s", tokensPerSecond);
    positive(field + ".bytes_per_s", bytesPerSecond);
    if (!(latencySeconds >= 0 && latencySeconds < Double.POSITIVE_INFINITY)) {
      throw new InvalidStageProblemException(
          field + ".latency_s", latencySeconds, "not a finite number from 0 up", "measure it");
    }
    int cell = from * (devices + 1) + to;
    tokens[cell] = tokensPerSecond;
    bytes[cell] = bytesPerSecond;
    latency[cell] = latencySeconds;
    return this;
  }

  private static void positive(String field, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new InvalidStageProblemException(
          field, value, "not a finite number above 0", "leave out a link that carries nothing");
    }
  }

  private String name(int device) {
    return device == devices ? "coordinator" : String.valueOf(device);
  }

  /** Tokens a second; 0 when there is no link. */
  public double tokensPerSecond(int from, int to) {
    return tokens[from * (devices + 1) + to];
  }

  double bytesPerSecond(int from, int to) {
    return bytes[from * (devices + 1) + to];
  }

  double latencySeconds(int from, int to) {
    return latency[from * (devices + 1) + to];
  }

  /** Number of devices. */
  public int devices() {
    return devices;
  }

  /** Tokens a second that can enter a device over all its links. */
  double into(int device) {
    double sum = 0;
    for (int from = 0; from <= devices; from++) {
      sum += from == device ? 0 : tokensPerSecond(from, device);
    }
    return sum;
  }

  /** Tokens a second that can leave a device over all its links. */
  double outOf(int device) {
    double sum = 0;
    for (int to = 0; to <= devices; to++) {
      sum += to == device ? 0 : tokensPerSecond(device, to);
    }
    return sum;
  }
}
