package dev.hejin.scheduler.plan;

import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Next routes of one layer. Attention and experts are treated alike, as items that each need a live
 * replica.
 *
 * <p>An item without a replica goes to whichever target device can serve it first. One with live
 * replicas keeps them until all of its target replicas can serve; those join, and when all of them
 * have acknowledged, the others leave. Where no active device of the layer is in the target, items
 * wait for each other, so that the layer switches as a whole. Devices that are pressed for memory
 * do not wait: any other live replica lets theirs go.
 */
final class LayerTransition {
  final int layer;
  final List<LayerMember> members;
  private final MigrationTarget target;
  private final int items;
  private final int[] wanted;
  private final int[] wantedReady;
  private final int[] wantedSafe;
  private final int[] live;
  private final int[] safe;
  private final double[] targetSum;

  /** Items of which a replica is to leave a device that is pressed for memory. */
  private final BitSet eager = new BitSet();

  LayerTransition(int layer, List<LayerMember> members, MigrationTarget target) {
    this.layer = layer;
    this.members = members;
    this.target = target;
    int most = 1;
    for (LayerMember member : members) {
      most = Math.max(most, Math.max(member.wanted.length(), member.usable.length()));
    }
    items = most;
    wanted = new int[items];
    wantedReady = new int[items];
    wantedSafe = new int[items];
    live = new int[items];
    safe = new int[items];
    targetSum = new double[items];
    for (LayerMember member : members) {
      count(member);
    }
  }

  private void count(LayerMember member) {
    BitSet wants = member.wanted;
    for (int item = wants.nextSetBit(0); item >= 0; item = wants.nextSetBit(item + 1)) {
      wanted[item]++;
      wantedReady[item] += member.ready.get(item) ? 1 : 0;
      wantedSafe[item] += member.safe.get(item) ? 1 : 0;
      targetSum[item] += member.targetShare(item);
    }
    for (int i = member.live.nextSetBit(0); i >= 0; i = member.live.nextSetBit(i + 1)) {
      live[i]++;
    }
    for (int i = member.safe.nextSetBit(0); i >= 0; i = member.safe.nextSetBit(i + 1)) {
      safe[i]++;
    }
  }

  boolean isSettled() {
    return members.stream().allMatch(LayerMember::isSettled);
  }

  /** Whether a device that is to serve the layer is not there. */
  boolean isShort() {
    long there = members.stream().filter(member -> member.target != null).count();
    return there < target.devicesOf(layer);
  }

  /** Whether no route in force or on its way serves the item. */
  boolean isUnserved(int item) {
    return item < items && live[item] == 0;
  }

  /** Whether the item's replica is the last that serves for certain. */
  boolean isLast(LayerMember member, int item) {
    return safe[item] - (member.safe.get(item) ? 1 : 0) == 0;
  }

  /** Whether all target devices that are there serve the item. */
  boolean isHome(int item) {
    return item < items
        && wanted[item] > 0
        && wantedReady[item] == wanted[item]
        && wantedSafe[item] == wanted[item];
  }

  /** Whether the target has no place for the item at all. */
  boolean isUnknown(int item) {
    return !target.knows(layer, item - 1);
  }

  /** Whether a copy that the target does not want may still be needed to serve the item. */
  boolean isNeeded(int item) {
    return item < items && !isUnknown(item) && live[item] == 0 && wantedReady[item] == 0;
  }

  /** Decides on routes; {@code interrupted} gives up replicas whatever becomes of them. */
  void decide(@Nullable DeviceWork interrupted, List<DeviceAction> actions) {
    markEager();
    boolean whole = isDisjoint();
    boolean allReady = true;
    for (int item = 0; item < items; item++) {
      allReady &= wantedReady[item] == wanted[item];
    }
    for (LayerMember member : members) {
      member.desired = (BitSet) member.live.clone();
      if (!member.outstanding) {
        add(member, !whole || allReady);
      }
    }
    for (LayerMember member : members) {
      if (!member.outstanding) {
        drop(member, member.device == interrupted);
      }
    }
    emit(actions);
  }

  private void markEager() {
    for (LayerMember member : members) {
      if (member.device.pressed) {
        BitSet extras = (BitSet) member.live.clone();
        extras.andNot(member.wanted);
        eager.or(extras);
      }
    }
  }

  /** Whether the layer is served, and by none of the devices that are to serve it. */
  private boolean isDisjoint() {
    boolean served = false;
    for (LayerMember member : members) {
      if (!member.live.isEmpty()) {
        if (member.target != null) {
          return false;
        }
        served = true;
      }
    }
    return served;
  }

  private void add(LayerMember member, boolean maySwitch) {
    BitSet fresh = (BitSet) member.ready.clone();
    fresh.and(member.wanted);
    fresh.andNot(member.live);
    for (int item = fresh.nextSetBit(0); item >= 0; item = fresh.nextSetBit(item + 1)) {
      boolean complete = wantedReady[item] == wanted[item];
      if (live[item] == 0 || eager.get(item) || (complete && maySwitch)) {
        member.desired.set(item);
      }
    }
    if (member.device.blocked) {
      return;
    }
    BitSet spare = (BitSet) member.usable.clone();
    spare.andNot(member.wanted);
    spare.andNot(member.live);
    for (int item = spare.nextSetBit(0); item >= 0; item = spare.nextSetBit(item + 1)) {
      boolean helps = live[item] == 0 || (eager.get(item) && safe[item] == 1);
      if (helps && wantedReady[item] == 0 && !isUnknown(item)) {
        member.desired.set(item);
      }
    }
  }

  private void drop(LayerMember member, boolean interrupted) {
    BitSet extras = (BitSet) member.live.clone();
    extras.andNot(member.wanted);
    boolean all = true;
    for (int item = extras.nextSetBit(0); item >= 0; item = extras.nextSetBit(item + 1)) {
      all &= isUnknown(item) || isHome(item);
    }
    for (int item = extras.nextSetBit(0); item >= 0; item = extras.nextSetBit(item + 1)) {
      boolean free = isUnknown(item) || isHome(item);
      boolean mayGo = all || (free && member.device.blocked);
      mayGo |= member.device.pressed && !isLast(member, item);
      if (mayGo || interrupted) {
        member.desired.clear(item);
        safe[item] -= member.safe.get(item) ? 1 : 0;
      }
    }
  }

  private void emit(List<DeviceAction> actions) {
    RouteShares shares = new RouteShares(this, items, wanted, targetSum);
    for (LayerMember member : members) {
      if (member.outstanding || mayWait(member)) {
        continue;
      }
      TreeMap<Integer, Double> experts = new TreeMap<>();
      BitSet desired = member.desired;
      for (int item = desired.nextSetBit(1); item >= 0; item = desired.nextSetBit(item + 1)) {
        experts.put(item - 1, shares.share(member, item));
      }
      LayerRoute route = new LayerRoute(desired.get(0) ? shares.share(member, 0) : 0, experts);
      if (!route.matches(member.current)) {
        member.sent = route;
        actions.add(new DeviceAction.Activate(member.device.view.deviceId(), layer, route));
      }
    }
  }

  /** Whether the route only gains replicas of served items and more of the layer arrives soon. */
  private boolean mayWait(LayerMember member) {
    if (!member.loading || member.device.pressed) {
      return false;
    }
    BitSet lost = LayerMember.items(member.current);
    lost.andNot(member.desired);
    BitSet gained = (BitSet) member.desired.clone();
    gained.andNot(member.live);
    boolean urgent = !lost.isEmpty() || gained.isEmpty();
    for (int item = gained.nextSetBit(0); item >= 0; item = gained.nextSetBit(item + 1)) {
      urgent |= live[item] == 0;
    }
    return !urgent;
  }
}
