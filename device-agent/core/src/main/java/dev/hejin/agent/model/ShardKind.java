package dev.hejin.agent.model;

/** What a shard holds. */
public enum ShardKind {
  /** Input embedding. */
  EMBEDDING,
  /** One layer's weights without routed experts. */
  LAYER,
  /** One routed expert of one layer. */
  EXPERT,
  /** Output head and final norm. */
  HEAD
}
