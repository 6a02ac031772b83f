package dev.hejin.agent.app.codec;

import com.google.protobuf.ProtocolMessageEnum;
import dev.hejin.agent.model.Precision;
import dev.hejin.agent.model.ShardKind;

/** Enum values that both sides name alike, but for the prefix. */
final class Names {
  private static final String PRECISION = "PRECISION_";
  private static final String SHARD_KIND = "SHARD_KIND_";

  private Names() {}

  static dev.hejin.proto.capability.v1.Precision toProto(Precision precision) {
    return dev.hejin.proto.capability.v1.Precision.valueOf(PRECISION + precision.name());
  }

  static Precision fromProto(String field, dev.hejin.proto.capability.v1.Precision precision) {
    return switch (precision) {
      case PRECISION_UNSPECIFIED, UNRECOGNIZED -> throw unknown(field, precision);
      default -> Precision.valueOf(precision.name().substring(PRECISION.length()));
    };
  }

  static dev.hejin.proto.agent.v1.ShardKind toProto(ShardKind kind) {
    return dev.hejin.proto.agent.v1.ShardKind.valueOf(SHARD_KIND + kind.name());
  }

  static ShardKind fromProto(String field, dev.hejin.proto.agent.v1.ShardKind kind) {
    return switch (kind) {
      case SHARD_KIND_UNSPECIFIED, UNRECOGNIZED -> throw unknown(field, kind);
      default -> ShardKind.valueOf(kind.name().substring(SHARD_KIND.length()));
    };
  }

  private static IllegalArgumentException unknown(String field, ProtocolMessageEnum value) {
    return new IllegalArgumentException(
        field + " is " + value + "\nMaybe the scheduler is newer than this agent");
  }
}
