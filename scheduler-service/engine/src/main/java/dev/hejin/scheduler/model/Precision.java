package dev.hejin.scheduler.model;

/** Number formats of weights and arithmetic, with the bits that one weight takes. */
public enum Precision {
  FP32(32),
  BF16(16),
  FP16(16),
  FP8(8),
  INT8(8),
  FP4(4),
  INT4(4);

  private final int bits;

  Precision(int bits) {
    this.bits = bits;
  }

  /** Bits of one weight, without block scales. */
  public int bits() {
    return bits;
  }

  /** Bytes of one weight, without block scales. */
  public double bytesPerWeight() {
    return bits / 8.0;
  }
}
