package dev.hejin.scheduler.app.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.hejin.scheduler.app.port.NotLeaderException;
import dev.hejin.scheduler.app.port.RejectedException;
import dev.hejin.scheduler.app.port.UnavailableException;
import dev.hejin.scheduler.lifecycle.Decision;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RepliesTest {

  /** Writes down what a client would see. */
  private static final class Seen implements StreamObserver<String> {
    final List<String> calls = new ArrayList<>();

    @Override
    public void onNext(String value) {
      calls.add("value " + value);
    }

    @Override
    public void onError(Throwable error) {
      calls.add(error.getMessage());
    }

    @Override
    public void onCompleted() {
      calls.add("completed");
    }
  }

  private static Status status(StatusRuntimeException error) {
    return Objects.requireNonNull(StatusProto.fromThrowable(error));
  }

  static Stream<Arguments> failuresWithField() {
    return Stream.of(
        arguments(Code.INVALID_ARGUMENT, new InvalidMessageException("spec.name", "is wrong")),
        arguments(
            Code.INVALID_ARGUMENT,
            new RejectedException(Decision.Kind.INVALID, "spec.name", "is wrong")),
        arguments(
            Code.NOT_FOUND,
            new RejectedException(Decision.Kind.NOT_FOUND, "spec.name", "is wrong")),
        arguments(
            Code.ALREADY_EXISTS,
            new RejectedException(Decision.Kind.EXISTS, "spec.name", "is wrong")),
        arguments(
            Code.FAILED_PRECONDITION,
            new RejectedException(Decision.Kind.PRECONDITION, "spec.name", "is wrong")),
        arguments(
            Code.ABORTED, new RejectedException(Decision.Kind.STALE, "spec.name", "is wrong")),
        arguments(
            Code.NOT_FOUND,
            new CompletionException(
                new RejectedException(Decision.Kind.NOT_FOUND, "spec.name", "is wrong"))));
  }

  @ParameterizedTest
  @MethodSource("failuresWithField")
  void shouldNameField(Code code, Throwable failure) throws InvalidProtocolBufferException {
    // When
    Status status = status(Replies.error(failure));

    // Then
    assertThat(Code.forNumber(status.getCode())).isEqualTo(code);
    assertThat(status.getMessage()).isEqualTo("is wrong");
    assertThat(status.getDetailsList()).hasSize(1);
    BadRequest.FieldViolation violation =
        status.getDetails(0).unpack(BadRequest.class).getFieldViolations(0);
    assertThat(violation.getField()).isEqualTo("spec.name");
    assertThat(violation.getDescription()).isEqualTo("is wrong");
  }

  static Stream<Arguments> failuresWithoutField() {
    return Stream.of(
        arguments(Code.UNAVAILABLE, new UnavailableException("is wrong"), "is wrong"),
        arguments(
            Code.ABORTED, new RejectedException(Decision.Kind.STALE, "", "is wrong"), "is wrong"),
        arguments(
            Code.INTERNAL,
            new IllegalStateException("secret"),
            "internal error; the scheduler's log has it: class java.lang.IllegalStateException"),
        arguments(
            Code.INTERNAL,
            new CompletionException(new NullPointerException()),
            "internal error; the scheduler's log has it: class java.lang.NullPointerException"));
  }

  @ParameterizedTest
  @MethodSource("failuresWithoutField")
  void shouldGiveReasonWhereNoFieldIsToBlame(Code code, Throwable failure, String message)
      throws InvalidProtocolBufferException {
    // When
    Status status = status(Replies.error(failure));

    // Then
    assertThat(Code.forNumber(status.getCode())).isEqualTo(code);
    assertThat(status.getMessage()).isEqualTo(message);
    assertThat(status.getDetailsList())
        .containsExactly(
            Any.pack(ErrorInfo.newBuilder().setReason(code.name()).setDomain("hejin.dev").build()));
  }

  @Test
  void shouldPassStatusOn() {
    // Given
    StatusRuntimeException status = io.grpc.Status.CANCELLED.asRuntimeException();

    // When
    StatusRuntimeException error = Replies.error(new CompletionException(status));

    // Then
    assertThat(error).isSameAs(status);
  }

  @Test
  void shouldAnswerOnceWithTheValue() {
    // Given
    Seen seen = new Seen();
    CompletableFuture<Integer> value = new CompletableFuture<>();
    Replies.unary(seen, () -> value, number -> "number " + number);
    List<String> early = List.copyOf(seen.calls);

    // When
    value.complete(7);

    // Then
    assertThat(early).isEmpty();
    assertThat(seen.calls).containsExactly("value number 7", "completed");
  }

  @Test
  void shouldAnswerWithTheFailureOfTheCall() {
    // Given
    Seen seen = new Seen();
    CompletableFuture<Integer> value = new CompletableFuture<>();
    Replies.unary(seen, () -> value, number -> "number " + number);

    // When
    value.completeExceptionally(new UnavailableException("the log is away"));

    // Then
    assertThat(seen.calls).containsExactly("UNAVAILABLE: the log is away");
  }

  @Test
  void shouldNameTheLeader() throws Exception {
    // When
    Status status =
        Objects.requireNonNull(
            StatusProto.fromThrowable(
                Replies.error(new NotLeaderException("10.0.0.7:7171", "follows"))));

    // Then
    assertThat(status.getCode()).isEqualTo(Code.UNAVAILABLE.getNumber());
    ErrorInfo info = status.getDetails(0).unpack(ErrorInfo.class);
    assertThat(info.getReason()).isEqualTo("NOT_LEADER");
    assertThat(info.getMetadataMap()).containsEntry("leader", "10.0.0.7:7171");
  }

  @Test
  void shouldAnswerWithTheFailureToDecode() {
    // Given
    Seen seen = new Seen();

    // When
    Replies.<Integer, String>unary(
        seen,
        () -> {
          throw new InvalidMessageException("spec", "is wrong");
        },
        number -> "number " + number);

    // Then
    assertThat(seen.calls).containsExactly("INVALID_ARGUMENT: is wrong");
  }

  @Test
  void shouldAnswerWithTheFailureToEncode() {
    // Given
    Seen seen = new Seen();

    // When
    Replies.<Integer, String>unary(
        seen,
        () -> CompletableFuture.completedFuture(7),
        number -> {
          throw new InvalidMessageException("value", "is wrong");
        });

    // Then
    assertThat(seen.calls).containsExactly("INVALID_ARGUMENT: is wrong");
  }
}
