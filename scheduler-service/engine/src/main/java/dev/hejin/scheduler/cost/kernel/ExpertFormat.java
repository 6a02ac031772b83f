package dev.hejin.scheduler.cost.kernel;

/** Formats of expert weights that serving engines have kernels for. */
public enum ExpertFormat {
  /** 16-bit weights and activations. */
  WIDE(2, 0),
  /** 8-bit floating point with one scale a tensor or channel. */
  FP8(1, 1),
  /** 8-bit floating point with a scale for each 128 x 128 block (DeepSeek-V3). */
  FP8_BLOCK(1, 2),
  /** 4-bit floating point on 4-bit units (NVFP4). */
  FP4(0.5625, 2),
  /** 4-bit weights, 8-bit activations. */
  FP4_FP8(0.53, 2),
  /** 4-bit weights that are widened to 16 bits. */
  INT4_WIDE(0.53, 0);

  private final double bytesPerWeight;
  private final int family;

  ExpertFormat(double bytesPerWeight, int family) {
    this.bytesPerWeight = bytesPerWeight;
    this.family = family;
  }

  /** With its part of the scales. */
  public double bytesPerWeight() {
    return bytesPerWeight;
  }

  /** Formats of one family share an efficiency: 0 16-bit, 1 plain 8-bit, 2 block-scaled. */
  int family() {
    return family;
  }

  double peak(KernelDevice device) {
    return switch (this) {
      case WIDE, INT4_WIDE -> device.wideOpsPerSecond();
      case FP8, FP8_BLOCK, FP4_FP8 -> device.byteOpsPerSecond();
      case FP4 -> device.narrowOpsPerSecond();
    };
  }
}
