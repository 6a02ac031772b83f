package dev.hejin.scheduler.plan;

import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Health;
import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.Violation.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/** Checks plans that others wrote. Bad plans give violations, never exceptions. */
public final class PlacementVerifier {
  private static final double TOLERANCE = 1e-6;

  private final ModelSpec model;
  private final ToLongFunction<Shard> shardBytes;
  private final Pool whole;
  private final TreeMap<String, Device> pool = new TreeMap<>();
  private final List<Violation> violations = new ArrayList<>();

  private PlacementVerifier(ModelSpec model, Pool pool, ToLongFunction<Shard> shardBytes) {
    this.model = model;
    this.shardBytes = shardBytes;
    this.whole = pool;
    pool.devices().forEach(device -> this.pool.put(device.id(), device));
  }

  /** All that is wrong with a placement, memory left aside. */
  public static List<Violation> verify(ModelSpec model, Pool pool, Placement placement) {
    PlacementVerifier verifier = new PlacementVerifier(model, pool, shard -> 0);
    verifier.placement(placement);
    return List.copyOf(verifier.violations);
  }

  /** All that is wrong with a plan. */
  public static List<Violation> verify(
      ModelSpec model, Pool pool, Plan plan, ToLongFunction<Shard> shardBytes) {
    PlacementVerifier verifier = new PlacementVerifier(model, pool, shardBytes);
    verifier.placement(plan.placement());
    verifier.memory(plan);
    return List.copyOf(verifier.violations);
  }

  private void add(Kind kind, String subject, String detail) {
    violations.add(new Violation(kind, subject, detail));
  }

  private void placement(Placement placement) {
    int layers = model.layers().size();
    if (placement.layers() != layers) {
      add(
          placement.layers() < layers ? Kind.LAYER_MISSING : Kind.LAYER_UNKNOWN,
          "placement",
          "holds " + placement.layers() + " layers, the model has " + layers);
    }
    TreeSet<String> used = new TreeSet<>();
    for (StagePlacement stage : placement.stages()) {
      devices(stage, used);
      tokenShares(stage);
      for (int layer = stage.firstLayer(); layer < Math.min(layers, stage.endLayer()); layer++) {
        experts(stage, model.layers().get(layer), stage.layer(layer));
      }
    }
  }

  private static String name(StagePlacement stage) {
    return "stage of layers [" + stage.firstLayer() + ", " + stage.endLayer() + ")";
  }

  private void devices(StagePlacement stage, TreeSet<String> used) {
    TreeMap<String, String> libraries = new TreeMap<>();
    for (int d = 0; d < stage.deviceIds().size(); d++) {
      String id = stage.deviceIds().get(d);
      if (!used.add(id)) {
        add(Kind.DEVICE_REPEATED, id, "appears again in the " + name(stage));
      }
      Device device = pool.get(id);
      if (device == null) {
        add(Kind.DEVICE_UNKNOWN, id, "is not in the pool");
        continue;
      }
      if (device.health() == Health.FAILED) {
        add(Kind.DEVICE_FAILED, id, "says " + device.health());
      }
      boolean attention = d < stage.attentionDevices();
      boolean experts = !stage.isApart() || !attention;
      if (attention) {
        supports(device, stage.precision(), "dense weights");
      }
      if (experts && !(attention && stage.expertPrecision() == stage.precision())) {
        supports(device, stage.expertPrecision(), "experts");
      }
      // Vendors' libraries may have one name.
      libraries.put(device.vendor() + "/" + device.collectiveLibrary(), device.collectiveLibrary());
    }
    for (var one : libraries.entrySet()) {
      for (var other : libraries.tailMap(one.getKey(), false).entrySet()) {
        if (whole.bridge(one.getValue(), other.getValue()).isEmpty()) {
          add(
              Kind.LIBRARY_MIXED,
              name(stage),
              "no bridge joins the collective libraries "
                  + one.getKey()
                  + " and "
                  + other.getKey());
        }
      }
    }
    tensorGroups(stage);
  }

  /** Neighbours that divide layers: one node, one type, equal shares. */
  private void tensorGroups(StagePlacement stage) {
    for (int d = 0; d < stage.deviceIds().size(); d++) {
      int first = d - d % stage.tensorParallel();
      Device leader = pool.get(stage.deviceIds().get(first));
      Device device = pool.get(stage.deviceIds().get(d));
      if (leader == null || device == null) {
        continue;
      }
      double apart = stage.tokenShares().get(d) - stage.tokenShares().get(first);
      if (!leader.nodeId().equals(device.nodeId())
          || !leader.type().equals(device.type())
          || !(Math.abs(apart) <= TOLERANCE)) {
        add(
            Kind.TENSOR_GROUP,
            device.id(),
            "divides layers with "
                + leader.id()
                + ", which is of another node or type or has another token share");
      }
    }
  }

  private void supports(Device device, Precision precision, String what) {
    if (!device.supports(precision)) {
      add(
          Kind.PRECISION_UNSUPPORTED,
          device.id(),
          what + " in " + precision + "; it has " + device.peakOpsPerSecond().keySet());
    }
  }

  private void tokenShares(StagePlacement stage) {
    double sum = 0;
    for (int d = 0; d < stage.deviceIds().size(); d++) {
      double share = stage.tokenShares().get(d);
      if (!isShare(share)) {
        add(Kind.TOKEN_SHARE_RANGE, stage.deviceIds().get(d), "token share " + share);
      }
      if (d >= stage.attentionDevices() && share > 0) {
        add(
            Kind.SIDES_MIXED,
            stage.deviceIds().get(d),
            "holds experts only and has a token share of " + share);
      }
      sum += share;
    }
    if (!(Math.abs(sum - 1) <= TOLERANCE)) {
      add(Kind.TOKEN_SHARE_SUM, name(stage), "token shares sum to " + sum);
    }
  }

  private static boolean isShare(double share) {
    return share >= 0 && share <= 1 + TOLERANCE;
  }

  private void experts(StagePlacement stage, LayerSpec layer, LayerPlacement slots) {
    double[] sums = new double[layer.routedExperts()];
    int[] replicas = new int[layer.routedExperts()];
    int[] lastDevice = new int[layer.routedExperts()];
    Arrays.fill(lastDevice, -1);
    for (int slot = 0; slot < slots.slots(); slot++) {
      int expert = slots.expert(slot);
      int device = slots.device(slot);
      String subject = "layer " + layer.index() + " expert " + expert;
      if (device < 0 || device >= stage.deviceIds().size()) {
        add(
            Kind.SLOT_DEVICE_UNKNOWN,
            subject,
            "on device number " + device + " of " + stage.deviceIds().size());
      }
      if (stage.isApart() && device < stage.attentionDevices()) {
        add(Kind.SIDES_MIXED, subject, "on device number " + device + ", which holds attention");
      }
      if (expert < 0 || expert >= sums.length) {
        add(Kind.EXPERT_UNKNOWN, subject, "the layer has " + sums.length + " experts");
        continue;
      }
      if (!isShare(slots.share(slot))) {
        add(Kind.SHARE_RANGE, subject, "share " + slots.share(slot));
      }
      // Slots are sorted by device, so a repetition comes before the next device.
      if (lastDevice[expert] == device) {
        add(Kind.EXPERT_TWICE, subject, "twice on device number " + device);
      }
      lastDevice[expert] = device;
      sums[expert] += slots.share(slot);
      replicas[expert]++;
    }
    for (int expert = 0; expert < sums.length; expert++) {
      String subject = "layer " + layer.index() + " expert " + expert;
      if (replicas[expert] == 0) {
        add(Kind.EXPERT_MISSING, subject, "is on no device");
      } else if (!(Math.abs(sums[expert] - 1) <= TOLERANCE)) {
        add(Kind.SHARE_SUM, subject, "shares sum to " + sums[expert]);
      }
    }
  }

  private void memory(Plan plan) {
    TreeMap<String, Long> shardTotals = shardTotals(plan.placement());
    TreeSet<String> stated = new TreeSet<>();
    for (DeviceMemory memory : plan.memory()) {
      String id = memory.deviceId();
      Long bytes = shardTotals.get(id);
      if (!stated.add(id) || bytes == null) {
        add(Kind.MEMORY_UNSTATED, id, "memory entry without a device, or a second one");
      } else {
        memory(memory, bytes);
      }
    }
    for (String id : shardTotals.keySet()) {
      if (!stated.contains(id)) {
        add(Kind.MEMORY_UNSTATED, id, "has no memory entry");
      }
    }
  }

  private void memory(DeviceMemory memory, long shards) {
    String id = memory.deviceId();
    if (memory.kvCacheBytes() < 0 || memory.workspaceBytes() < 0 || memory.headroomBytes() < 0) {
      add(Kind.MEMORY_MISSTATED, id, "negative bytes in " + memory);
    }
    if (memory.weightBytes() < shards) {
      add(
          Kind.MEMORY_MISSTATED,
          id,
          "weight_bytes is " + memory.weightBytes() + ", its shards take " + shards);
    }
    Device device = pool.get(id);
    double known = device == null ? Double.NaN : device.memoryBytes().or(Double.NaN);
    if (memory.capacityBytes() > known) {
      add(
          Kind.MEMORY_MISSTATED,
          id,
          "capacity_bytes is " + memory.capacityBytes() + ", the device has " + (long) known);
    }
    long needed =
        Math.max(shards, memory.weightBytes())
            + memory.kvCacheBytes()
            + memory.workspaceBytes()
            + memory.headroomBytes();
    if (needed > memory.capacityBytes()) {
      add(
          Kind.MEMORY_EXCEEDED,
          id,
          "shards, cache, workspace and headroom take "
              + needed
              + " bytes of "
              + memory.capacityBytes());
    }
  }

  /** Bytes of each device's shards, by its own count. */
  private TreeMap<String, Long> shardTotals(Placement placement) {
    TreeMap<String, Long> totals = new TreeMap<>();
    for (int i = 0; i < placement.stages().size(); i++) {
      StagePlacement stage = placement.stages().get(i);
      long base = 0;
      if (i == 0) {
        base += shardBytes.applyAsLong(Shard.ofEmbedding(stage.precision()));
      }
      if (i == placement.stages().size() - 1) {
        base += shardBytes.applyAsLong(Shard.ofHead(stage.precision()));
      }
      for (int layer = stage.firstLayer(); layer < stage.endLayer(); layer++) {
        base += shardBytes.applyAsLong(Shard.ofLayer(layer, stage.precision()));
      }
      // Norms and routers are not divided: a device may hold more than that.
      base /= stage.tensorParallel();
      for (int d = 0; d < stage.deviceIds().size(); d++) {
        totals.merge(stage.deviceIds().get(d), d < stage.attentionDevices() ? base : 0, Long::sum);
      }
      for (int layer = stage.firstLayer(); layer < stage.endLayer(); layer++) {
        addExperts(stage, layer, totals);
      }
    }
    return totals;
  }

  private void addExperts(StagePlacement stage, int layer, TreeMap<String, Long> totals) {
    LayerPlacement slots = stage.layer(layer);
    int known = layer < model.layers().size() ? model.layers().get(layer).routedExperts() : 0;
    for (int slot = 0; slot < slots.slots(); slot++) {
      int device = slots.device(slot);
      int expert = slots.expert(slot);
      if (device >= 0 && device < stage.deviceIds().size() && expert >= 0 && expert < known) {
        totals.merge(
            stage.deviceIds().get(device),
            shardBytes.applyAsLong(Shard.ofExpert(layer, expert, stage.expertPrecision())),
            Long::sum);
      }
    }
  }
}
