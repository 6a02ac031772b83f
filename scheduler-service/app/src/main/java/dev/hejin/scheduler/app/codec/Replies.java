package dev.hejin.scheduler.app.codec;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.hejin.scheduler.app.port.NotLeaderException;
import dev.hejin.scheduler.app.port.RejectedException;
import dev.hejin.scheduler.app.port.UnavailableException;
import dev.hejin.scheduler.lifecycle.Decision;
import dev.hejin.transport.LeaderHint;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Turns futures and failures into gRPC answers: {@code google.rpc.Status} with field violations.
 */
public final class Replies {
  private static final Logger LOG = Logger.getLogger(Replies.class);

  /** Reason of the error that carries the leader's address. */
  private Replies() {}

  /** Answers with the future's value; decoding problems of {@code call} are answered too. */
  public static <T, R> void unary(
      StreamObserver<R> observer, Supplier<CompletableFuture<T>> call, Function<T, R> encode) {
    CompletableFuture<R> reply;
    try {
      reply = call.get().thenApply(encode);
    } catch (RuntimeException e) {
      observer.onError(error(e));
      return;
    }
    var unused =
        reply.whenComplete(
            (value, failure) -> {
              if (failure != null) {
                observer.onError(error(failure));
              } else {
                observer.onNext(value);
                observer.onCompleted();
              }
            });
  }

  /** The gRPC status of a failure. */
  public static StatusRuntimeException error(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return switch (cause) {
      case StatusRuntimeException e -> e;
      case InvalidMessageException e -> violation(Code.INVALID_ARGUMENT, e.field(), text(e));
      case RejectedException e -> violation(code(e.kind()), e.field(), text(e));
      case NotLeaderException e -> notLeader(e);
      case UnavailableException e -> violation(Code.UNAVAILABLE, "", text(e));
      default -> {
        LOG.error("a call failed", cause);
        yield violation(
            Code.INTERNAL, "", "internal error; the scheduler's log has it: " + cause.getClass());
      }
    };
  }

  private static Code code(Decision.Kind kind) {
    return switch (kind) {
      case INVALID -> Code.INVALID_ARGUMENT;
      case NOT_FOUND -> Code.NOT_FOUND;
      case EXISTS -> Code.ALREADY_EXISTS;
      case PRECONDITION -> Code.FAILED_PRECONDITION;
      case STALE -> Code.ABORTED;
    };
  }

  /** A status that names a field. */
  public static StatusRuntimeException violation(Code code, String field, String message) {
    Status.Builder status = Status.newBuilder().setCode(code.getNumber()).setMessage(message);
    if (field.isEmpty()) {
      status.addDetails(
          Any.pack(ErrorInfo.newBuilder().setReason(code.name()).setDomain("hejin.dev").build()));
    } else {
      status.addDetails(
          Any.pack(
              BadRequest.newBuilder()
                  .addFieldViolations(
                      BadRequest.FieldViolation.newBuilder()
                          .setField(field)
                          .setDescription(message))
                  .build()));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  /** A status that says whom to ask instead. */
  private static StatusRuntimeException notLeader(NotLeaderException e) {
    ErrorInfo.Builder info =
        ErrorInfo.newBuilder().setReason(LeaderHint.REASON).setDomain("hejin.dev");
    if (!e.leader().isEmpty()) {
      info.putMetadata(LeaderHint.LEADER, e.leader());
    }
    return StatusProto.toStatusRuntimeException(
        Status.newBuilder()
            .setCode(Code.UNAVAILABLE.getNumber())
            .setMessage(text(e))
            .addDetails(Any.pack(info.build()))
            .build());
  }

  private static String text(Throwable e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
