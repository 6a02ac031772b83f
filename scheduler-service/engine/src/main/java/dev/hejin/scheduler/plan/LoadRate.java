package dev.hejin.scheduler.plan;

import dev.hejin.scheduler.model.Shard;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * How many bytes devices and the links of their nodes may begin to load now: token buckets that
 * fill at the given rates and hold one second's worth. A load that is larger than a bucket may go
 * when the bucket is full; it is then owed. Time comes in from outside and may stand still, but a
 * clock that goes back gives nothing.
 */
public final class LoadRate {
  private static final double SECONDS_HELD = 1;

  private final double deviceBytesPerSecond;
  private final double nodeBytesPerSecond;
  private final TreeMap<String, Bucket> buckets = new TreeMap<>();

  private static final class Bucket {
    double bytes;
    double seconds;

    Bucket(double bytes, double seconds) {
      this.bytes = bytes;
      this.seconds = seconds;
    }
  }

  /**
   * @param deviceBytesPerSecond of one device; 0 for no limit
   * @param nodeBytesPerSecond of all devices of a node together, over its link; 0 for no limit
   */
  public LoadRate(double deviceBytesPerSecond, double nodeBytesPerSecond) {
    if (!(deviceBytesPerSecond >= 0) || !(nodeBytesPerSecond >= 0)) {
      throw new IllegalArgumentException(
          "load rates are "
              + deviceBytesPerSecond
              + " and "
              + nodeBytesPerSecond
              + " bytes/s\nMaybe 0 for no limit.");
    }
    this.deviceBytesPerSecond = deviceBytesPerSecond;
    this.nodeBytesPerSecond = nodeBytesPerSecond;
  }

  /** Whether there is any limit. */
  public boolean isLimited() {
    return deviceBytesPerSecond > 0 || nodeBytesPerSecond > 0;
  }

  /**
   * The first of the shards, as many as may begin; they are taken to begin now.
   *
   * @param shards in the order in which they are to be loaded
   */
  public List<Shard> begin(
      String deviceId,
      String nodeId,
      List<Shard> shards,
      ToLongFunction<Shard> shardBytes,
      double nowSeconds) {
    int count = 0;
    for (Shard shard : shards) {
      long bytes = shardBytes.applyAsLong(shard);
      if (!allows(deviceId, nodeId, bytes, nowSeconds)) {
        break;
      }
      begin(deviceId, nodeId, bytes, nowSeconds);
      count++;
    }
    return shards.subList(0, count);
  }

  /** Whether a load of so many bytes may begin. */
  public boolean allows(String deviceId, String nodeId, long bytes, double nowSeconds) {
    return allows("d " + deviceId, deviceBytesPerSecond, bytes, nowSeconds)
        && allows("n " + nodeId, nodeBytesPerSecond, bytes, nowSeconds);
  }

  private boolean allows(String key, double rate, long bytes, double nowSeconds) {
    if (rate == 0) {
      return true;
    }
    Bucket bucket = filled(key, rate, nowSeconds);
    return bytes <= bucket.bytes || bucket.bytes >= rate * SECONDS_HELD;
  }

  /** A load begins, whether it was allowed or could not wait. */
  public void begin(String deviceId, String nodeId, long bytes, double nowSeconds) {
    if (deviceBytesPerSecond > 0) {
      filled("d " + deviceId, deviceBytesPerSecond, nowSeconds).bytes -= bytes;
    }
    if (nodeBytesPerSecond > 0) {
      filled("n " + nodeId, nodeBytesPerSecond, nowSeconds).bytes -= bytes;
    }
  }

  private Bucket filled(String key, double rate, double nowSeconds) {
    Bucket bucket = buckets.computeIfAbsent(key, k -> new Bucket(rate * SECONDS_HELD, nowSeconds));
    double elapsed = Math.max(0, nowSeconds - bucket.seconds);
    bucket.bytes = Math.min(rate * SECONDS_HELD, bucket.bytes + elapsed * rate);
    bucket.seconds = Math.max(bucket.seconds, nowSeconds);
    return bucket;
  }
}
