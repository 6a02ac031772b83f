package dev.hejin.scheduler.cost.serving;

/** Format of weights as far as speed goes: bytes that are read and units that multiply. */
public enum WeightFormat {
  WIDE(2),
  BYTE(1.0),
  NARROW(0.5625),
  /** 4-bit weights, widened to 16 bits before they are multiplied. */
  NARROW_WIDE(0.53);

  private final double bytesPerWeight;

  WeightFormat(double bytesPerWeight) {
    this.bytesPerWeight = bytesPerWeight;
  }

  public double bytesPerWeight() {
    return bytesPerWeight;
  }

  /** Formats of one family share an efficiency: 0 16-bit, 1 8-bit, 2 4-bit. */
  int family() {
    return switch (this) {
      case WIDE, NARROW_WIDE -> 0;
      case BYTE -> 1;
      case NARROW -> 2;
    };
  }

  double peak(ServingDevice device) {
    return switch (this) {
      case WIDE, NARROW_WIDE -> device.wideOpsPerSecond();
      case BYTE -> device.byteOpsPerSecond();
      case NARROW -> device.narrowOpsPerSecond();
    };
  }
}
