package dev.hejin.agent.probe;

import dev.hejin.agent.model.NodeDescription;

/** Finds out what a node and its devices can do. */
public interface Probe {
  /** Figures that nobody knows are left out, never guessed. */
  NodeDescription discover();
}
