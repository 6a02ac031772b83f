package dev.hejin.scheduler.simulation;

import java.util.ArrayList;
import java.util.List;

/** A machine with its agent. */
final class VirtualNode {
  final String id;
  final List<VirtualDevice> devices = new ArrayList<>();
  boolean up = true;

  /** Number of the agent's stream; directives of an older one are dropped. */
  long session;

  VirtualNode(String id) {
    this.id = id;
  }
}
