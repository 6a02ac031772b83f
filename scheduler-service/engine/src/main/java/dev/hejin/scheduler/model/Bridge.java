package dev.hejin.scheduler.model;

/**
 * What joins two collective libraries, so that devices of both may exchange tokens.
 *
 * @param library for example {@code NCCL}
 * @param other another one; order means nothing
 * @param latencySeconds until a transfer through the bridge has started; not negative
 * @param bytesPerSecond that each device sends through it, one direction; above 0
 */
public record Bridge(String library, String other, double latencySeconds, double bytesPerSecond) {
  public Bridge {
    if (library.isBlank() || other.isBlank()) {
      throw new IllegalArgumentException(
          "bridge between '" + library + "' and '" + other + "'\nMaybe name both libraries.");
    }
    if (library.equals(other)) {
      throw new IllegalArgumentException(
          "bridge from '"
              + library
              + "' to itself\nMaybe name another library; devices of one need no bridge.");
    }
    if (!(latencySeconds >= 0) || Double.isInfinite(latencySeconds)) {
      throw new IllegalArgumentException(
          "latency of the bridge between '"
              + library
              + "' and '"
              + other
              + "' is "
              + latencySeconds
              + " s\nMaybe 0.00005; it is not negative.");
    }
    if (!(bytesPerSecond > 0) || Double.isInfinite(bytesPerSecond)) {
      throw new IllegalArgumentException(
          "bandwidth of the bridge between '"
              + library
              + "' and '"
              + other
              + "' is "
              + bytesPerSecond
              + " bytes/s\nMaybe 12e9; it is above 0.");
    }
  }

  /** Whether it joins these two, in any order. */
  public boolean joins(String one, String another) {
    return (library.equals(one) && other.equals(another))
        || (library.equals(another) && other.equals(one));
  }
}
