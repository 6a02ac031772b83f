package dev.hejin.scheduler.app.codec;

import dev.hejin.proto.capability.v1.Precision;

/** Precisions on the wire and in the engine. */
final class PrecisionCodec {
  private static final String PREFIX = "PRECISION_";

  private PrecisionCodec() {}

  static dev.hejin.scheduler.model.Precision fromProto(String field, Precision precision) {
    if (precision == Precision.PRECISION_UNSPECIFIED || precision == Precision.UNRECOGNIZED) {
      throw new InvalidMessageException(
          field, "precision is " + precision + "\nMaybe the sender speaks a newer protocol.");
    }
    return dev.hejin.scheduler.model.Precision.valueOf(precision.name().substring(PREFIX.length()));
  }

  static Precision toProto(dev.hejin.scheduler.model.Precision precision) {
    return Precision.valueOf(PREFIX + precision.name());
  }
}
