package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.MemoryModel;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.Shard;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Divides a stage's sequences over its devices: by speed, but none gets more than its memory can
 * cache; what it cannot take goes to the others by speed.
 *
 * @param shares of the stage's tokens; sums to 1
 * @param baseBytes weights that each device holds besides experts
 * @param kvBytes cache of each device
 * @param workspaceBytes of each device
 * @param expertBytes room for experts on each device, headroom already taken off
 */
record TokenSplit(
    double[] shares, long baseBytes, long[] kvBytes, long[] workspaceBytes, long[] expertBytes) {
  private static final int PASSES = 8;

  /** The division, or null when the cache does not fit. */
  static @Nullable TokenSplit of(
      PlanningContext context, DeviceSet set, List<LayerSpec> layers, boolean first, boolean last) {
    return of(context, set, layers, first, last, false);
  }

  /**
   * The same.
   *
   * @param apart whether the devices have attention only, and send rows to others
   */
  static @Nullable TokenSplit of(
      PlanningContext context,
      DeviceSet set,
      List<LayerSpec> layers,
      boolean first,
      boolean last,
      boolean apart) {
    MemoryModel memory = context.memory();
    int tensor = set.tensorParallel();
    long base = 0;
    double cache = 0;
    for (LayerSpec layer : layers) {
      base += memory.layerBytes(layer, set.precision(), tensor);
      cache += memory.kvBytes(layer) * MemoryModel.cacheCopies(layer, tensor);
    }
    long embedding = memory.shardBytes(Shard.ofEmbedding(set.precision()));
    long head = memory.shardBytes(Shard.ofHead(set.precision()));
    base += first ? Math.ceilDiv(embedding, tensor) : 0;
    base += last ? Math.ceilDiv(head, tensor) : 0;
    double[] shares = set.shares();
    for (int pass = 0; pass < PASSES; pass++) {
      TokenSplit split = measured(context, set, shares, base, cache, last, apart);
      if (split.fits()) {
        return split;
      }
      if (!shift(shares, split, cache)) {
        return null;
      }
    }
    return null;
  }

  private boolean fits() {
    for (long room : expertBytes) {
      if (room < 0) {
        return false;
      }
    }
    return true;
  }

  private static TokenSplit measured(
      PlanningContext context,
      DeviceSet set,
      double[] shares,
      long base,
      double cache,
      boolean last,
      boolean apart) {
    MemoryModel memory = context.memory();
    long[] kv = new long[shares.length];
    long[] workspace = new long[shares.length];
    long[] room = new long[shares.length];
    for (int d = 0; d < shares.length; d++) {
      long capacity = set.members().get(d).capacityBytes();
      String library = set.members().get(d).device().collectiveLibrary();
      kv[d] = (long) Math.ceil(cache * shares[d]);
      workspace[d] =
          apart
              ? memory.apartWorkspaceBytes(library, capacity, shares[d], shares[d], last)
              : memory.workspaceBytes(
                  library, capacity, shares[d], shares.length, last, set.tensorParallel());
      room[d] = capacity - base - kv[d] - workspace[d] - context.headroomBytes(set);
    }
    evenOut(room, set.tensorParallel());
    return new TokenSplit(shares.clone(), base, kv, workspace, room);
  }

  /** Devices that divide layers between them keep equal shares: each has the least room of all. */
  private static void evenOut(long[] room, int tensorParallel) {
    for (int d = 0; d < room.length; d += tensorParallel) {
      long least = Arrays.stream(room, d, d + tensorParallel).min().orElse(0);
      Arrays.fill(room, d, d + tensorParallel, least);
    }
  }

  /** Takes sequences from devices without room and gives them to those with room. */
  private static boolean shift(double[] shares, TokenSplit split, double cache) {
    double freed = 0;
    double speed = 0;
    for (int d = 0; d < shares.length; d++) {
      if (split.expertBytes[d] < 0) {
        double surplus = cache > 0 ? -split.expertBytes[d] / cache * 1.001 : shares[d];
        double taken = Math.min(shares[d], surplus);
        if (taken <= 0) {
          return false;
        }
        shares[d] -= taken;
        freed += taken;
      } else {
        speed += shares[d];
      }
    }
    if (speed <= 0) {
      return false;
    }
    for (int d = 0; d < shares.length; d++) {
      if (split.expertBytes[d] >= 0) {
        shares[d] += freed * shares[d] / speed;
      }
    }
    return true;
  }
}
