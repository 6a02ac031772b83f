package dev.hejin.scheduler.model;

/** Families of attention that the cost of a layer depends on. */
public enum AttentionKind {
  /** Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434): one compressed KV per token. */
  MLA,
  /** Grouped-query attention: fewer KV heads than query heads. */
  GQA,
  /** Multi-head attention: as many KV heads as query heads. */
  MHA,
  /** Multi-query attention with a KV that is shared and compressed along the sequence. */
  COMPRESSED,
  /** Linear attention with a state of fixed size in place of a cache (gated delta net). */
  LINEAR
}
