package dev.hejin.agent.simulation.fault;

/** What goes down together. */
public enum FaultScope {
  DEVICE,
  NODE,
  /** All nodes of a rack. */
  RACK,
  /** All nodes behind one switch. */
  SWITCH
}
