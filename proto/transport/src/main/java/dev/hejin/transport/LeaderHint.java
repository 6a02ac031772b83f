package dev.hejin.transport;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.protobuf.StatusProto;
import java.util.Optional;

/**
 * How a scheduler that does not lead names the one that does: a {@code google.rpc.ErrorInfo} in the
 * details of its refusal.
 */
public final class LeaderHint {
  /** Reason of the error. */
  public static final String REASON = "NOT_LEADER";

  /** Key of the leader's {@code HOST:PORT} in the metadata; absent when no leader is known. */
  public static final String LEADER = "leader";

  private LeaderHint() {}

  /** The address that a failed call names; empty when it names none. */
  public static Optional<String> in(Throwable failure) {
    com.google.rpc.Status details = StatusProto.fromThrowable(failure);
    if (details == null) {
      return Optional.empty();
    }
    for (Any detail : details.getDetailsList()) {
      try {
        if (detail.is(ErrorInfo.class)) {
          ErrorInfo info = detail.unpack(ErrorInfo.class);
          if (info.getReason().equals(REASON)) {
            return Optional.ofNullable(info.getMetadataMap().get(LEADER));
          }
        }
      } catch (InvalidProtocolBufferException e) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }
}
