package dev.hejin.scheduler.lifecycle;

import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Health;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a plan of one deployment may use: the usable pool, with the memory that the other
 * deployments' plans take, headroom included, taken off. A device without memory left is absent.
 *
 * <p>A pipeline of a service uses its home and what its plan uses; only while a device of its home
 * is missing also devices that no other pipeline of the service calls home or uses.
 */
final class PlanPool {
  private PlanPool() {}

  static Pool of(ClusterState state, String deployment) {
    NavigableMap<String, Long> taken = takenByOthers(state, deployment);
    Pool whole = state.usablePool();
    DeploymentEntry entry = state.deployments().get(deployment);
    ServiceMember member = entry == null ? null : entry.spec().member();
    if (taken.isEmpty() && member == null) {
      return whole;
    }
    NavigableSet<String> own = new TreeSet<>();
    NavigableSet<String> others = new TreeSet<>();
    boolean wholeHome = false;
    if (entry != null && member != null) {
      own = devices(entry);
      others = ofSiblings(state, deployment);
      wholeHome = isUsable(whole, member.homeDeviceIds());
    }
    List<Node> nodes = new ArrayList<>();
    for (Node node : whole.nodes()) {
      List<Device> left = new ArrayList<>();
      for (Device device : node.devices()) {
        boolean spare = !wholeHome && !others.contains(device.id());
        if (spare || own.contains(device.id())) {
          device.withoutMemory(taken.getOrDefault(device.id(), 0L)).ifPresent(left::add);
        }
      }
      if (!left.isEmpty()) {
        nodes.add(new Node(node.id(), left, node.networkBandwidthBytesPerSecond()));
      }
    }
    return whole.withNodes(nodes);
  }

  private static boolean isUsable(Pool pool, List<String> deviceIds) {
    return deviceIds.stream()
        .allMatch(
            id -> pool.device(id).filter(device -> device.health() != Health.FAILED).isPresent());
  }

  /** Devices that other pipelines of the deployment's service call home or plan on. */
  static NavigableSet<String> ofSiblings(ClusterState state, String deployment) {
    TreeSet<String> devices = new TreeSet<>();
    state
        .deployment(deployment)
        .flatMap(entry -> entry.spec().membership())
        .ifPresent(
            member ->
                state.pipelines(member.service()).stream()
                    .filter(other -> !other.spec().name().equals(deployment))
                    .forEach(other -> devices.addAll(devices(other))));
    return devices;
  }

  /** What a pipeline calls home or plans on. */
  private static NavigableSet<String> devices(DeploymentEntry entry) {
    TreeSet<String> devices = new TreeSet<>();
    entry.spec().membership().ifPresent(member -> devices.addAll(member.homeDeviceIds()));
    entry.stages().forEach(stage -> devices.addAll(stage.deviceIds()));
    return devices;
  }

  /** Bytes of each device that the plans of other deployments take, headroom included. */
  static NavigableMap<String, Long> takenByOthers(ClusterState state, String deployment) {
    TreeMap<String, Long> taken = new TreeMap<>();
    for (DeploymentEntry other : state.deployments().values()) {
      if (!other.spec().name().equals(deployment)) {
        other
            .targetPlan()
            .ifPresent(
                plan ->
                    plan.memory()
                        .forEach(
                            m ->
                                taken.merge(
                                    m.deviceId(), m.usedBytes() + m.headroomBytes(), Long::sum)));
      }
    }
    return taken;
  }
}
