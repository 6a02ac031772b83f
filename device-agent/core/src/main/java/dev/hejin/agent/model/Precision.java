package dev.hejin.agent.model;

/** Number format of weights and arithmetic. */
public enum Precision {
  FP32,
  BF16,
  FP16,
  FP8,
  INT8,
  FP4,
  INT4
}
