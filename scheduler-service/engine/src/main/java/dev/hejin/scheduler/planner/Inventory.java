package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.Assumptions;
import dev.hejin.scheduler.cost.DeviceRates;
import dev.hejin.scheduler.cost.MemoryModel;
import dev.hejin.scheduler.cost.ThroughputBound;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Health;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.plan.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which devices can take part, in groups that may share a stage: same type, collective library and
 * formats. The others are refused with a reason.
 */
final class Inventory {

  /**
   * Devices that may share a stage.
   *
   * @param type vendor and chip
   * @param precisions formats of dense weights, best first
   * @param expertPrecisions formats of experts, best first
   * @param nodes the members of each node
   */
  record Group(
      String type,
      List<Precision> precisions,
      List<Precision> expertPrecisions,
      List<List<Member>> nodes) {
    List<Member> members() {
      return nodes.stream().flatMap(List::stream).toList();
    }
  }

  private final List<Group> groups;
  private final List<Refusal> refusals;
  private final Map<String, Member> byId;
  private final Map<String, Group> groupById;

  private Inventory(List<Group> groups, List<Refusal> refusals) {
    this.groups = List.copyOf(groups);
    this.refusals = List.copyOf(refusals);
    this.byId = new TreeMap<>();
    this.groupById = new TreeMap<>();
    for (Group group : groups) {
      for (Member member : group.members()) {
        byId.put(member.device().id(), member);
        groupById.put(member.device().id(), group);
      }
    }
  }

  static Inventory of(PlanRequest request, Assumptions assumptions) {
    List<Refusal> refusals = new ArrayList<>();
    Map<String, Group> groups = new TreeMap<>();
    int number = 0;
    for (Node node : request.pool().nodes()) {
      Map<String, List<Member>> here = new LinkedHashMap<>();
      Member last = null;
      String key = "";
      for (Device device : node.devices()) {
        Refusal refusal = refuse(device, request);
        if (refusal != null) {
          refusals.add(refusal);
          continue;
        }
        double factor = request.pool().speedFactor(device.id());
        // Neighbours are mostly alike: one of them is looked at.
        Member like = last != null && isAlike(last, device, factor) ? last : null;
        DeviceRates rates =
            like == null ? DeviceRates.of(device, node, request.pool(), assumptions) : like.rates();
        key = like == null ? key(device) : key;
        groups.computeIfAbsent(key, k -> group(device, request, assumptions));
        last = new Member(device, rates, factor, number);
        here.computeIfAbsent(key, k -> new ArrayList<>()).add(last);
      }
      here.forEach((its, members) -> nodesOf(groups, its).add(List.copyOf(members)));
      number++;
    }
    return new Inventory(List.copyOf(groups.values()), refusals);
  }

  private static boolean isAlike(Member member, Device device, double factor) {
    Device other = member.device();
    return member.speedFactor() == factor
        && other.type().equals(device.type())
        && other.collectiveLibrary().equals(device.collectiveLibrary())
        && other.peakOpsPerSecond().equals(device.peakOpsPerSecond())
        && other.memoryBandwidthBytesPerSecond().equals(device.memoryBandwidthBytesPerSecond())
        && other.linkBandwidthBytesPerSecond().equals(device.linkBandwidthBytesPerSecond());
  }

  private static List<List<Member>> nodesOf(Map<String, Group> groups, String key) {
    Group group = groups.get(key);
    if (group == null) {
      throw new IllegalStateException("group '" + key + "' was not made");
    }
    return group.nodes();
  }

  private static String key(Device device) {
    return device.type()
        + "|"
        + device.collectiveLibrary()
        + "|"
        + device.peakOpsPerSecond().keySet();
  }

  private static Refusal refuseFormat(Device device, String part, Precision published) {
    return new Refusal(
        device.id(),
        "supports "
            + device.peakOpsPerSecond().keySet()
            + ", none of them allowed for "
            + part
            + " published in "
            + published
            + "\nMaybe allow another precision.");
  }

  private static @Nullable Refusal refuse(Device device, PlanRequest request) {
    if (device.health() == Health.FAILED) {
      return new Refusal(device.id(), "health is FAILED\nMaybe repair or replace it.");
    }
    if (!device.memoryBytes().isKnown() || device.memoryBytes().value() < 1) {
      return new Refusal(
          device.id(),
          "memory of "
              + device.type()
              + " is not known\nMaybe state memory_bytes in the pool file.");
    }
    ModelSpec model = request.model();
    if (formats(model.nativePrecision(), request, device).isEmpty()) {
      return refuseFormat(device, "dense weights", model.nativePrecision());
    }
    if (model.isMoe() && formats(model.nativeExpertPrecision(), request, device).isEmpty()) {
      return refuseFormat(device, "experts", model.nativeExpertPrecision());
    }
    return null;
  }

  private static List<Precision> formats(Precision published, PlanRequest request, Device device) {
    return Formats.usable(published, request.options().allowedPrecisions(), device);
  }

  private static Group group(Device device, PlanRequest request, Assumptions assumptions) {
    ModelSpec model = request.model();
    List<Precision> dense = formats(model.nativePrecision(), request, device);
    List<Precision> expert =
        model.isMoe() ? formats(model.nativeExpertPrecision(), request, device) : dense;
    double weights = 0;
    double experts = 0;
    for (LayerSpec layer : model.layers()) {
      weights += layer.baseParameters();
      experts += (double) layer.routedExperts() * layer.expertParameters();
    }
    explain(device, "dense weights", model.nativePrecision(), dense, weights, assumptions);
    if (model.isMoe()) {
      explain(device, "experts", model.nativeExpertPrecision(), expert, experts, assumptions);
    }
    return new Group(device.type(), dense, expert, new ArrayList<>());
  }

  private static void explain(
      Device device,
      String part,
      Precision published,
      List<Precision> chosen,
      double parameters,
      Assumptions assumptions) {
    if (chosen.getFirst() != published) {
      assumptions.note(
          device.type()
              + ": "
              + part
              + " published in "
              + published
              + " are held in "
              + chosen.getFirst()
              + (device.supports(published) ? " as allowed" : ", the device lacks " + published)
              + ", which takes "
              + gigabytes(parameters, chosen.getFirst())
              + " GB for the whole model instead of "
              + gigabytes(parameters, published)
              + "; assumed that the conversion keeps quality");
    }
  }

  private static long gigabytes(double parameters, Precision precision) {
    return Math.round(parameters * MemoryModel.bytesPerWeight(precision) / 1e9);
  }

  List<Group> groups() {
    return groups;
  }

  List<Refusal> refusals() {
    return refusals;
  }

  /** The usable device of that id, or null. */
  @Nullable Member member(String deviceId) {
    return byId.get(deviceId);
  }

  /** The group of a usable device, or null. */
  @Nullable Group groupOf(String deviceId) {
    return groupById.get(deviceId);
  }

  /** The usable devices as the bound counts them: equal ones together. */
  List<ThroughputBound.Devices> forBound() {
    List<ThroughputBound.Devices> all = new ArrayList<>();
    for (Group group : groups) {
      Map<String, List<Member>> equal = new LinkedHashMap<>();
      for (Member member : group.members()) {
        String rates =
            member.speedFactor()
                + "|"
                + member.device().memoryBandwidthBytesPerSecond().value()
                + "|"
                + member.device().peakOpsPerSecond();
        equal.computeIfAbsent(rates, k -> new ArrayList<>()).add(member);
      }
      for (List<Member> members : equal.values()) {
        all.add(
            new ThroughputBound.Devices(
                members.getFirst().rates(),
                members.size(),
                group.precisions(),
                group.expertPrecisions()));
      }
    }
    return all;
  }
}
