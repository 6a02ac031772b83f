package dev.hejin.scheduler.plan;

import dev.hejin.scheduler.model.Shard;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One set of next steps, worked out with one degree of insistence.
 *
 * <p>Most of a large deployment is as it should be most of the time. A layer is quiet when all
 * devices that hold or serve any of it have reached the target, and all that the target wants are
 * there: it has no steps. In the first degree quiet layers, and devices that have reached the
 * target and serve no other, are left out.
 */
final class MigrationPass {

  /** How far to go; each degree includes those before it. */
  enum Degree {
    /** A few layers at a time; replicas stay until the target's serve. */
    STEADY,
    /** All layers at a time. */
    WIDE,
    /** Replicas leave devices that lack memory as soon as any other is live. */
    EAGER,
    /** One device gives up its replicas. */
    INTERRUPT
  }

  final MigrationView view;
  final List<DeviceWork> devices = new ArrayList<>();
  final List<LayerTransition> layers = new ArrayList<>();
  private final Degree degree;
  private final int lastLayer;

  /** Layers that are not quiet. */
  private final BitSet busy;

  MigrationPass(MigrationView view, Degree degree) {
    this(view, degree, degree == Degree.STEADY);
  }

  /**
   * @param brief whether quiet layers are left out
   */
  MigrationPass(MigrationView view, Degree degree, boolean brief) {
    this.view = view;
    this.degree = degree;
    this.lastLayer = view.target().layers() - 1;
    this.busy = brief ? BusyLayers.of(view) : BusyLayers.all(view);
    List<List<LayerMember>> byLayer = new ArrayList<>();
    int count = Math.max(view.target().layers(), busy.length());
    for (int layer = 0; layer < count; layer++) {
      byLayer.add(new ArrayList<>());
    }
    for (DeviceView device : view.devices()) {
      DeviceTarget wanted = view.target().device(device.deviceId());
      if (brief && view.target().isReachedBy(device) && !BusyLayers.any(busy, wanted)) {
        continue;
      }
      DeviceWork work = new DeviceWork(device, wanted, view.shardBytes());
      devices.add(work);
      members(work)
          .forEach(
              (layer, member) -> {
                if (busy.get(layer)) {
                  byLayer.get(layer).add(member);
                }
              });
    }
    for (int layer = 0; layer < count; layer++) {
      layers.add(new LayerTransition(layer, byLayer.get(layer), view.target()));
    }
  }

  private TreeMap<Integer, LayerMember> members(DeviceWork device) {
    TreeMap<Integer, LayerMember> members = new TreeMap<>();
    device.target.routes().keySet().forEach(l -> members.put(l, new LayerMember(device, l)));
    DeviceView view = device.view;
    view.active().keySet().forEach(l -> member(members, device, l));
    view.outstanding().keySet().forEach(l -> member(members, device, l));
    int extra = 0;
    LayerMember member = null;
    for (Shard shard : view.loaded()) {
      boolean isExtra = extra < device.extras.size() && shard.equals(device.extras.get(extra));
      extra += isExtra ? 1 : 0;
      if (shard.layer() >= 0 && (view.releasing().isEmpty() || view.isUsable(shard))) {
        if (member == null || member.layer != shard.layer()) {
          member = member(members, device, shard.layer());
        }
        member.holds(shard, !isExtra);
      }
    }
    for (Shard shard : view.loading()) {
      if (shard.layer() >= 0) {
        member(members, device, shard.layer()).loading = true;
      }
    }
    members.values().forEach(m -> m.close(lastLayer));
    return members;
  }

  private static LayerMember member(
      TreeMap<Integer, LayerMember> members, DeviceWork device, int layer) {
    return members.computeIfAbsent(layer, l -> new LayerMember(device, l));
  }

  /** The steps: routes, then releases, then loads. */
  List<DeviceAction> actions() {
    boolean[] open = openLayers();
    for (DeviceWork device : devices) {
      new LoadChoice(this, device, open).choose();
      device.pressed |= degree.compareTo(Degree.EAGER) >= 0 && device.blocked;
    }
    List<DeviceAction> actions = new ArrayList<>();
    DeviceWork interrupted = degree == Degree.INTERRUPT ? victim() : null;
    for (LayerTransition layer : layers) {
      if (busy.get(layer.layer) && (layer.isShort() || !layer.isSettled())) {
        layer.decide(interrupted, actions);
      }
    }
    new ReleaseChoice(this).addTo(actions);
    for (DeviceWork device : devices) {
      if (!device.loads.isEmpty()) {
        actions.add(new DeviceAction.Load(device.view.deviceId(), device.loads));
      }
    }
    return actions;
  }

  /** The layers whose replicas may be loaded now: the first few that are not as they should be. */
  private boolean[] openLayers() {
    boolean[] open = new boolean[layers.size()];
    int opened = 0;
    for (int layer = 0; layer < open.length; layer++) {
      if (degree != Degree.STEADY) {
        open[layer] = true;
      } else if (opened < view.limits().layersInFlight() && !layers.get(layer).isSettled()) {
        open[layer] = true;
        opened++;
      }
    }
    return open;
  }

  boolean isSteady() {
    return degree == Degree.STEADY;
  }

  int lastLayer() {
    return lastLayer;
  }

  /** A device that lacks memory and serves what it is not to serve. */
  private @Nullable DeviceWork victim() {
    for (DeviceWork device : devices) {
      if (device.blocked) {
        for (LayerTransition layer : layers) {
          for (LayerMember member : layer.members) {
            if (member.device == device && !member.wanted.equals(union(member))) {
              return device;
            }
          }
        }
      }
    }
    return null;
  }

  private static BitSet union(LayerMember member) {
    BitSet union = (BitSet) member.wanted.clone();
    union.or(member.live);
    return union;
  }
}
