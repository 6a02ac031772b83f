package dev.hejin.agent.model;

/** Kind of a link between devices. */
public enum LinkKind {
  /** Vendor link inside a node. */
  SCALE_UP,
  PCIE,
  /** Between nodes. */
  NETWORK
}
