package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.Bridge;
import dev.hejin.scheduler.model.Precision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a stage is made of, by kinds of devices.
 *
 * @param kind of its devices
 * @param devices how many
 * @param tensorParallel neighbours among them that divide layers between them
 * @param other kind of its other devices; null: it has none
 * @param otherDevices how many
 * @param spans whether the other devices hold the same as the first; else they hold the routed
 *     experts, and the first all the rest
 * @param bridge between the libraries of both kinds; null where they share one
 */
record StageForm(
    DeviceKind kind,
    int devices,
    int tensorParallel,
    @Nullable DeviceKind other,
    int otherDevices,
    boolean spans,
    @Nullable Bridge bridge) {

  /** A stage of one kind. */
  static StageForm of(DeviceKind kind, int devices, int tensorParallel) {
    return new StageForm(kind, devices, tensorParallel, null, 0, false, null);
  }

  boolean isApart() {
    return other != null && !spans;
  }

  int allDevices() {
    return devices + otherDevices;
  }

  /** Adds its devices to those of each kind. */
  void addTo(int[] count) {
    count[kind.index()] += devices;
    if (other != null) {
      count[other.index()] += otherDevices;
    }
  }

  /** What it costs at a price of each kind's devices. */
  double cost(double[] price) {
    return price[kind.index()] * devices
        + (other == null ? 0 : price[other.index()] * otherDevices);
  }

  /** Whether there are enough devices of each kind. */
  boolean isWithin(int[] most) {
    int[] count = new int[most.length];
    addTo(count);
    return count[kind.index()] <= most[kind.index()]
        && (other == null || count[other.index()] <= most[other.index()]);
  }

  /** Format of dense weights on all devices that hold them: the best that they all have. */
  Precision precision() {
    return common(
        kind.group().precisions(),
        other == null || !spans ? kind.group().precisions() : other.group().precisions());
  }

  /** The same of experts. */
  Precision expertPrecision() {
    List<Precision> its = kind.group().expertPrecisions();
    if (other == null) {
      return its.getFirst();
    }
    List<Precision> others = other.group().expertPrecisions();
    return spans ? common(its, others) : others.getFirst();
  }

  private static Precision common(List<Precision> one, List<Precision> another) {
    return one.stream().filter(another::contains).findFirst().orElse(one.getFirst());
  }

  /** Whether both kinds have a format in common for all that both hold. */
  boolean hasFormats() {
    return other == null
        || !spans
        || (other.group().precisions().contains(precision())
            && other.group().expertPrecisions().contains(expertPrecision()));
  }

  /** Devices as which it is measured: all like the fastest of their kind. */
  DeviceSet set(PlanningContext context, double tokens) {
    if (other == null) {
      return kind.set(devices, tensorParallel);
    }
    List<Member> alike = new ArrayList<>(kind.set(devices).members());
    int nodes = alike.getLast().node() + 1;
    alike.addAll(other.set(otherDevices).members());
    List<Member> members = new ArrayList<>();
    for (int d = 0; d < alike.size(); d++) {
      Member member = alike.get(d);
      // Of one kind, nodes are filled one after another; another kind has nodes of its own.
      int node = other == kind ? d / kind.perNode() : (d < devices ? 0 : nodes) + member.node();
      members.add(new Member(member.device(), member.rates(), member.speedFactor(), node));
    }
    return of(context, members, tokens);
  }

  /** A set of these devices, the first kind's before the other's. */
  DeviceSet of(PlanningContext context, List<Member> members, double tokens) {
    int batch = (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.ceil(tokens)));
    if (!isApart()) {
      return DeviceSet.of(
          kind.group().type(),
          bridged(members),
          precision(),
          expertPrecision(),
          tensorParallel,
          context.step(),
          batch);
    }
    DeviceSet attention =
        DeviceSet.of(
            kind.group().type(),
            List.copyOf(members.subList(0, devices)),
            precision(),
            expertPrecision(),
            1,
            context.step(),
            batch);
    List<Member> its = members.subList(devices, members.size());
    DeviceSet experts =
        new DeviceSet(
            its.getFirst().device().type(),
            List.copyOf(its),
            Collections.nCopies(its.size(), 1.0 / its.size()),
            expertPrecision(),
            expertPrecision(),
            1);
    return DeviceSet.apart(attention, experts, bridge);
  }

  /** Devices of a stage that spans libraries exchange through their bridge. */
  private List<Member> bridged(List<Member> members) {
    if (bridge == null) {
      return List.copyOf(members);
    }
    List<Member> through = new ArrayList<>();
    for (int d = 0; d < members.size(); d++) {
      Member member = members.get(d);
      through.add(member.through(bridge, Member.nodeOf(member.node(), d < devices ? 0 : 1)));
    }
    return List.copyOf(through);
  }
}
