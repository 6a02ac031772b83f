package dev.hejin.client.balance;

import dev.hejin.client.planfile.BadFile;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The devices for loads that an engine recorded; a case file says them itself. */
final class RecordingOptions {
  static final RecordingOptions NONE = new RecordingOptions();

  private static final int ABSENT = 0;

  @Option(
      names = "--num-gpus",
      paramLabel = "N",
      description = "Devices, for a recording of loads; all alike.")
  private int devices = ABSENT;

  @Option(
      names = "--num-replicas",
      paramLabel = "N",
      description = "Slots of all devices, for a recording of loads.")
  private int replicas = ABSENT;

  @Option(
      names = "--num-nodes",
      paramLabel = "N",
      description = "Nodes that groups are bound to, for a recording of loads. Default: 1.")
  private int nodes = ABSENT;

  @Option(
      names = "--num-groups",
      paramLabel = "N",
      description = "Expert groups, each bound to one node, for a recording of loads. Default: 1.")
  private int groups = ABSENT;

  int devices() {
    return devices;
  }

  int replicas() {
    return replicas;
  }

  int nodes() {
    return nodes == ABSENT ? 1 : nodes;
  }

  int groups() {
    return groups == ABSENT ? 1 : groups;
  }

  /** A case says its devices itself. */
  void refuse(Path file) {
    refuse(file, "--num-gpus", devices);
    refuse(file, "--num-replicas", replicas);
    refuse(file, "--num-nodes", nodes);
    refuse(file, "--num-groups", groups);
  }

  private static void refuse(Path file, String option, int value) {
    if (value != ABSENT) {
      throw BadFile.option(
          option, value, file + " is a case and says this itself", "change it in the file");
    }
  }

  /** A recording says nothing of devices. */
  void need(Path file) {
    need(file, "--num-gpus", devices);
    need(file, "--num-replicas", replicas);
  }

  private static void need(Path file, String option, int value) {
    if (value == ABSENT) {
      throw BadFile.option(
          option,
          "(absent)",
          file + " is a recording of loads, which says no devices",
          "give " + option + " N");
    }
  }
}
