package dev.hejin.scheduler.plan;

import dev.hejin.scheduler.model.Shard;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** One device while one set of next steps is worked out. */
final class DeviceWork {
  final DeviceView view;
  final DeviceTarget target;

  /** Target shards that are neither usable nor on their way, in order. */
  final List<Shard> missing = new ArrayList<>();

  /** Usable shards that the target does not want, in order. */
  final List<Shard> extras = new ArrayList<>();

  /** Loads decided on, in order. */
  final List<Shard> loads = new ArrayList<>();

  private final ToLongFunction<Shard> shardBytes;
  private long roomBytes;
  private long flightBytes;
  private int flightShards;

  /** Whether what is missing does not fit beside what is there. */
  boolean blocked;

  /** Whether replicas may leave early to make room. */
  boolean pressed;

  DeviceWork(DeviceView view, DeviceTarget target, ToLongFunction<Shard> shardBytes) {
    this.view = view;
    this.target = target;
    this.shardBytes = shardBytes;
    long used = 0;
    Iterator<Shard> wanted = target.shards().iterator();
    Shard next = advance(wanted);
    for (Shard shard : view.loaded()) {
      used += shardBytes.applyAsLong(shard);
      while (next != null && next.compareTo(shard) < 0) {
        miss(next);
        next = advance(wanted);
      }
      boolean isWanted = shard.equals(next);
      boolean usable = view.releasing().isEmpty() || !view.releasing().contains(shard);
      if (isWanted) {
        next = advance(wanted);
        if (!usable) {
          miss(shard);
        }
      } else if (usable) {
        extras.add(shard);
      }
    }
    for (; next != null; next = advance(wanted)) {
      miss(next);
    }
    for (Shard shard : view.releasing()) {
      used += view.loaded().contains(shard) ? 0 : shardBytes.applyAsLong(shard);
    }
    for (Shard shard : view.loading()) {
      flightBytes += shardBytes.applyAsLong(shard);
    }
    flightShards = view.loading().size();
    roomBytes = view.shardLimitBytes() - used - flightBytes;
  }

  private static @Nullable Shard advance(Iterator<Shard> shards) {
    return shards.hasNext() ? shards.next() : null;
  }

  private void miss(Shard shard) {
    if (view.loading().isEmpty() || !view.loading().contains(shard)) {
      missing.add(shard);
    }
  }

  /** Bytes that are free when all that was decided has arrived. */
  long roomBytes() {
    return roomBytes;
  }

  long bytes(Shard shard) {
    return shardBytes.applyAsLong(shard);
  }

  boolean isFull(MigrationLimits limits) {
    return flightShards >= limits.shardsInFlightPerDevice()
        || (flightBytes >= limits.bytesInFlightPerDevice() && flightShards > 0);
  }

  /** Whether the caps on loads in flight let one more shard go. */
  boolean mayFly(Shard shard, MigrationLimits limits) {
    return flightShards == 0
        || (flightShards < limits.shardsInFlightPerDevice()
            && flightBytes + bytes(shard) <= limits.bytesInFlightPerDevice());
  }

  void load(Shard shard) {
    loads.add(shard);
    reserve(bytes(shard));
    flightBytes += bytes(shard);
    flightShards++;
  }

  void reserve(long bytes) {
    roomBytes -= bytes;
  }

  /** Whether the layer's weights without experts are there or come before the next load. */
  boolean hasOrLoadsLayer(int layer) {
    Shard shard = Shard.ofLayer(layer, target.precision());
    return view.isUsable(shard) || view.loading().contains(shard) || loads.contains(shard);
  }
}
