package dev.hejin.agent.app.command;

import dev.hejin.agent.model.DeviceDescription;
import dev.hejin.agent.model.Health;
import dev.hejin.agent.probe.DeviceReading;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells which devices of a node can be used, with patience: one answer that differs is no news. A
 * device fails when it says so, or does not answer, {@value #ANSWERS} times one after the other
 * while its neighbours do; {@value #SILENT_ANSWERS} times where its vendor's tool tells of no
 * device at all, for then it is likely the tool. It is back after as many good answers.
 */
final class Presence {
  static final int ANSWERS = 2;
  static final int SILENT_ANSWERS = 6;

  private final Map<ProbedNode.DeviceName, Integer> contrary = new HashMap<>();
  private final Map<ProbedNode.DeviceName, String> failed = new TreeMap<>();

  /** Devices that can be used as far as the node's description tells, and those that cannot. */
  Presence(ProbedNode node) {
    learn(node, Set.of());
  }

  /** Takes what a node tells of devices that were not known before. */
  void learn(ProbedNode node, Collection<ProbedNode.DeviceName> known) {
    for (int i = 0; i < node.keys().size(); i++) {
      ProbedNode.DeviceName name = node.keys().get(i);
      DeviceDescription device = node.description().devices().get(i);
      if (!known.contains(name) && device.health() == Health.FAILED) {
        failed.put(name, device.healthReason());
      }
    }
  }

  /**
   * Takes one round of answers.
   *
   * @param known devices of the node
   * @return devices that have failed or are back with this round
   */
  Set<ProbedNode.DeviceName> see(
      Iterable<ProbedNode.DeviceName> known, Map<ProbedNode.DeviceName, DeviceReading> now) {
    Set<String> answering =
        now.keySet().stream().map(ProbedNode.DeviceName::vendor).collect(Collectors.toSet());
    Set<ProbedNode.DeviceName> changed = new TreeSet<>();
    for (ProbedNode.DeviceName name : known) {
      boolean bad = isBad(now.get(name));
      if (bad == failed.containsKey(name)) {
        contrary.remove(name);
        continue;
      }
      int wanted = bad && !answering.contains(name.vendor()) ? SILENT_ANSWERS : ANSWERS;
      if (contrary.merge(name, 1, Integer::sum) >= wanted) {
        contrary.remove(name);
        changed.add(name);
        if (bad) {
          failed.put(name, why(now.get(name)));
        } else {
          failed.remove(name);
        }
      }
    }
    return changed;
  }

  private static boolean isBad(@Nullable DeviceReading reading) {
    return reading == null || reading.health() == Health.FAILED;
  }

  /** Why a device cannot be used, in words. */
  static String why(@Nullable DeviceReading reading) {
    if (reading == null) {
      return "it no longer answers";
    }
    return reading.remarks().isEmpty()
        ? "it says that it has failed"
        : String.join(", ", reading.remarks());
  }

  /** Devices that must not be used, and why, as it was when they failed. */
  Map<ProbedNode.DeviceName, String> failed() {
    return Map.copyOf(failed);
  }
}
