package dev.hejin.catalog.chip;

/** Number formats that a device may compute in. */
public enum Precision {
  /** 32-bit float. */
  FP32(32),
  /** 16-bit brain float. */
  BF16(16),
  /** 16-bit float. */
  FP16(16),
  /** 8-bit float. */
  FP8(8),
  /** 8-bit integer. */
  INT8(8),
  /** 4-bit float. */
  FP4(4),
  /** 4-bit integer. */
  INT4(4);

  private final int bits;

  Precision(int bits) {
    this.bits = bits;
  }

  /** Returns the bits of one number, without scales. */
  public int bits() {
    return bits;
  }
}
