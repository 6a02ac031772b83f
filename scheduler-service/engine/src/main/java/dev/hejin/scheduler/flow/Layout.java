package dev.hejin.scheduler.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Chains of stages, and devices that have no place. A chain holds every layer once; the devices of
 * a stage hold the same layers. Chains whose boundaries meet share flow.
 */
final class Layout {
  /** Some layers and the devices that hold them. */
  static final class Stage {
    int length;
    int[] devices;

    Stage(int length, int... devices) {
      this.length = length;
      this.devices = devices;
    }

    void add(int device) {
      devices = Arrays.copyOf(devices, devices.length + 1);
      devices[devices.length - 1] = device;
    }

    int removeAt(int index) {
      int device = devices[index];
      devices[index] = devices[devices.length - 1];
      devices = Arrays.copyOf(devices, devices.length - 1);
      return device;
    }
  }

  final List<List<Stage>> chains = new ArrayList<>();

  /** Devices without layers. */
  Stage idle = new Stage(0);

  Layout copy() {
    Layout copy = new Layout();
    for (List<Stage> chain : chains) {
      List<Stage> stages = new ArrayList<>(chain.size());
      for (Stage stage : chain) {
        stages.add(new Stage(stage.length, stage.devices.clone()));
      }
      copy.chains.add(stages);
    }
    copy.idle = new Stage(0, idle.devices.clone());
    return copy;
  }

  /** Writes the interval of each device; idle devices start at -1. */
  void intervals(int[] start, int[] end) {
    Arrays.fill(start, -1);
    Arrays.fill(end, -1);
    for (List<Stage> chain : chains) {
      int at = 0;
      for (Stage stage : chain) {
        for (int device : stage.devices) {
          start[device] = at;
          end[device] = at + stage.length;
        }
        at += stage.length;
      }
    }
  }

  /** The same layout as a key: equal plans have equal keys. */
  static long key(int[] start, int[] end, StageProblem problem) {
    long sum = 0;
    for (int i = 0; i < start.length; i++) {
      long cell = ((problem.kindOf()[i] * 31L + start[i]) * 10_007L + end[i]) * 0x9E3779B97F4A7C15L;
      sum += cell ^ (cell >>> 29);
    }
    return sum;
  }
}
