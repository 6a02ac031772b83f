package dev.hejin.scheduler.plan;

import dev.hejin.scheduler.model.Shard;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * One device's part in one layer. Bits number items: 0 is the layer's attention, {@code e + 1} is
 * expert {@code e}.
 */
final class LayerMember {
  final DeviceWork device;
  final int layer;
  final @Nullable LayerRoute target;

  /** Acknowledged, or on its way. */
  final LayerRoute current;

  final boolean outstanding;

  /** Items that the target wants here. */
  final BitSet wanted;

  /** Items that could serve now from any copy. */
  final BitSet usable = new BitSet();

  /** Items that could serve now as the target wants them. */
  BitSet ready = new BitSet();

  /** Items that the current route names and that could serve. */
  final BitSet live;

  /** Items that serve for certain, whatever is on its way. */
  final BitSet safe;

  /** Items of the route that is to come. */
  BitSet desired = new BitSet();

  /** Route that this set of steps sends. */
  @Nullable LayerRoute sent;

  boolean loading;
  private final BitSet exact = new BitSet();
  private boolean layerUsable;
  private boolean layerExact;
  private boolean surplus;

  LayerMember(DeviceWork device, int layer) {
    this.device = device;
    this.layer = layer;
    this.target = device.target.routes().get(layer);
    LayerRoute active = device.view.activeRoute(layer);
    LayerRoute sentBefore = device.view.outstanding().get(layer);
    this.outstanding = sentBefore != null;
    this.current = sentBefore == null ? active : sentBefore;
    this.wanted = target == null ? new BitSet() : items(target);
    this.live = items(current);
    this.safe = items(active);
    if (outstanding) {
      safe.and(live);
    }
  }

  static BitSet items(LayerRoute route) {
    BitSet items = new BitSet();
    items.set(0, route.tokenShare() > 0);
    for (int expert : route.experts().keySet()) {
      items.set(expert + 1);
    }
    return items;
  }

  /** Takes note of a copy that can serve. */
  void holds(Shard shard, boolean wantedCopy) {
    surplus |= !wantedCopy;
    if (shard.kind() == Shard.Kind.LAYER) {
      layerUsable = true;
      layerExact |= wantedCopy;
    } else {
      usable.set(shard.expert() + 1);
      exact.set(shard.expert() + 1, wantedCopy || exact.get(shard.expert() + 1));
    }
  }

  /** To be called when all copies are known. */
  void close(int lastLayer) {
    if (layerUsable) {
      usable.set(0);
    } else {
      usable.clear();
    }
    if (target == null) {
      ready = usable;
    } else if (layerExact) {
      ready = exact;
      ready.set(0, hasEdges(lastLayer));
    }
    live.and(usable);
    safe.and(usable);
  }

  private boolean hasEdges(int lastLayer) {
    boolean usableEdges = true;
    if (layer == 0) {
      Shard embedding = Shard.ofEmbedding(device.target.precision());
      usableEdges = !device.target.shards().contains(embedding) || device.view.isUsable(embedding);
    }
    if (layer == lastLayer) {
      Shard head = Shard.ofHead(device.target.precision());
      usableEdges &= !device.target.shards().contains(head) || device.view.isUsable(head);
    }
    return usableEdges;
  }

  double currentShare(int item) {
    return item == 0 ? current.tokenShare() : current.experts().getOrDefault(item - 1, 0.0);
  }

  double targetShare(int item) {
    if (target == null || !wanted.get(item)) {
      return 0;
    }
    return item == 0 ? target.tokenShare() : target.experts().getOrDefault(item - 1, 0.0);
  }

  boolean isSettled() {
    if (outstanding || loading || surplus) {
      return false;
    }
    if (target == null) {
      return current.isEmpty() && usable.isEmpty();
    }
    if (!current.matches(target) || !layerExact) {
      return false;
    }
    BitSet lacking = (BitSet) wanted.clone();
    lacking.andNot(ready);
    return lacking.isEmpty();
  }

  /** Whether the route in force, the one on its way or the one to be sent names the item. */
  boolean isNamed(int item) {
    LayerRoute active = device.view.activeRoute(layer);
    return names(active, item) || names(current, item) || (sent != null && names(sent, item));
  }

  private static boolean names(LayerRoute route, int item) {
    return item == 0 ? !route.isEmpty() : route.experts().containsKey(item - 1);
  }
}
