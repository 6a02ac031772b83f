package dev.hejin.scheduler.plan;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.model.StagePlacement;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A placement, seen from its devices. Make it once for each plan and keep it: it remembers which
 * devices have reached it, so that they are not looked at again. One thread owns it.
 */
public final class MigrationTarget {
  private final Placement placement;
  private final NavigableMap<String, DeviceTarget> devices;
  private final List<BitSet> experts;

  /** The last view of each device that is as this wants it. */
  private final TreeMap<String, DeviceView> reached = new TreeMap<>();

  private MigrationTarget(
      Placement placement, NavigableMap<String, DeviceTarget> devices, List<BitSet> experts) {
    this.placement = placement;
    this.devices = Collections.unmodifiableNavigableMap(devices);
    this.experts = experts;
  }

  /** The target of a placement; one without stages empties every device. */
  public static MigrationTarget of(Placement placement) {
    return of(placement, null);
  }

  /**
   * The target of a placement that follows another. Of stages that stayed what they were, all that
   * is known is taken over.
   *
   * @param before the target before; null for none
   */
  public static MigrationTarget of(Placement placement, @Nullable MigrationTarget before) {
    TreeMap<String, DeviceTarget> devices = new TreeMap<>();
    List<BitSet> experts = new ArrayList<>();
    TreeMap<String, DeviceView> reached = new TreeMap<>();
    List<StagePlacement> stages = placement.stages();
    for (int i = 0; i < stages.size(); i++) {
      StagePlacement stage = stages.get(i);
      for (LayerPlacement layer : stage.layers()) {
        BitSet named = new BitSet();
        for (int slot = 0; slot < layer.slots(); slot++) {
          named.set(layer.expert(slot));
        }
        experts.add(named);
      }
      boolean last = i == stages.size() - 1;
      if (before == null || !before.hasStage(stage, i == 0, last)) {
        stage(stage, i == 0, last, devices);
      } else {
        for (String id : stage.deviceIds()) {
          devices.put(id, before.device(id));
          DeviceView view = before.reached.get(id);
          if (view != null) {
            reached.put(id, view);
          }
        }
      }
    }
    MigrationTarget target = new MigrationTarget(placement, devices, experts);
    target.reached.putAll(reached);
    return target;
  }

  /** Whether this very stage is here, with embedding and head on the same devices. */
  @SuppressWarnings("ReferenceEquality") // A change of plan keeps the stages that it keeps.
  private boolean hasStage(StagePlacement stage, boolean first, boolean last) {
    List<StagePlacement> stages = placement.stages();
    for (int i = 0; i < stages.size(); i++) {
      if (stages.get(i) == stage) {
        return (i == 0) == first && (i == stages.size() - 1) == last;
      }
    }
    return false;
  }

  private static void stage(
      StagePlacement stage, boolean first, boolean last, TreeMap<String, DeviceTarget> devices) {
    int count = stage.deviceIds().size();
    List<TreeSet<Shard>> shards = new ArrayList<>();
    List<TreeMap<Integer, LayerRoute>> routes = new ArrayList<>();
    for (int d = 0; d < count; d++) {
      TreeSet<Shard> held = new TreeSet<>();
      if (first) {
        held.add(Shard.ofEmbedding(stage.precision()));
      }
      if (last) {
        held.add(Shard.ofHead(stage.precision()));
      }
      shards.add(held);
      routes.add(new TreeMap<>());
    }
    for (int layer = stage.firstLayer(); layer < stage.endLayer(); layer++) {
      LayerPlacement slots = stage.layer(layer);
      List<TreeMap<Integer, Double>> shares = new ArrayList<>();
      for (int d = 0; d < count; d++) {
        shares.add(new TreeMap<>());
        shards.get(d).add(Shard.ofLayer(layer, stage.precision()));
      }
      for (int slot = 0; slot < slots.slots(); slot++) {
        int d = slots.device(slot);
        shares.get(d).put(slots.expert(slot), slots.share(slot));
        shards.get(d).add(Shard.ofExpert(layer, slots.expert(slot), stage.expertPrecision()));
      }
      for (int d = 0; d < count; d++) {
        routes.get(d).put(layer, new LayerRoute(stage.tokenShares().get(d), shares.get(d)));
      }
    }
    for (int d = 0; d < count; d++) {
      String id = stage.deviceIds().get(d);
      devices.put(
          id,
          new DeviceTarget(
              id, stage.precision(), stage.expertPrecision(), shards.get(d), routes.get(d)));
    }
  }

  public Placement placement() {
    return placement;
  }

  /** Devices of the placement by id. */
  public NavigableMap<String, DeviceTarget> devices() {
    return devices;
  }

  public int layers() {
    return experts.size();
  }

  DeviceTarget device(String deviceId) {
    DeviceTarget target = devices.get(deviceId);
    return target == null ? DeviceTarget.none(deviceId) : target;
  }

  /** Whether a device holds and serves what is wanted of it and nothing else. */
  @SuppressWarnings("ReferenceEquality") // The very same view is equal without a comparison.
  public boolean isReachedBy(DeviceView view) {
    if (reached.get(view.deviceId()) == view) {
      return true;
    }
    boolean there = device(view.deviceId()).isReachedBy(view);
    if (there) {
      reached.put(view.deviceId(), view);
    } else {
      reached.remove(view.deviceId());
    }
    return there;
  }

  /** Number of devices that are to serve the layer. */
  int devicesOf(int layer) {
    return layer < experts.size() ? placement.stageOf(layer).deviceIds().size() : 0;
  }

  /** Whether the placement has a home for the layer's attention (-1) or expert. */
  boolean knows(int layer, int expert) {
    return layer < experts.size() && (expert < 0 || experts.get(layer).get(expert));
  }
}
