package dev.hejin.scheduler.app.training;

import com.google.rpc.Code;
import dev.hejin.proto.training.v1.BalanceExpertsRequest;
import dev.hejin.proto.training.v1.BalanceExpertsResponse;
import dev.hejin.proto.training.v1.Step;
import dev.hejin.scheduler.app.codec.BiasCodec;
import dev.hejin.scheduler.app.codec.Replies;
import dev.hejin.scheduler.bias.BiasController;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/**
 * One training job's stream. The next message is read when there is room for the answer to the
 * last, so that a job that does not read its answers holds no memory here. gRPC calls it one call
 * at a time.
 */
final class BiasStream implements StreamObserver<BalanceExpertsRequest> {
  private final ServerCallStreamObserver<BalanceExpertsResponse> responses;
  private @Nullable BiasController controller;
  private long lastStep;
  private boolean anyStep;
  private boolean waiting;
  private boolean ended;

  BiasStream(ServerCallStreamObserver<BalanceExpertsResponse> responses) {
    this.responses = responses;
    responses.disableAutoRequest();
    responses.setOnReadyHandler(this::ready);
    // Without a handler a cancelled job would be an exception of whoever answers it next.
    responses.setOnCancelHandler(() -> ended = true);
    responses.request(1);
  }

  private void ready() {
    if (waiting && !ended) {
      waiting = false;
      responses.request(1);
    }
  }

  @Override
  public void onNext(BalanceExpertsRequest request) {
    if (ended) {
      return;
    }
    try {
      switch (request.getMessageCase()) {
        case START -> start(request);
        case STEP -> step(request.getStep());
        case MESSAGE_NOT_SET ->
            throw Replies.violation(
                Code.INVALID_ARGUMENT,
                "message",
                "the message is empty\nMaybe the job speaks a newer protocol.");
      }
    } catch (RuntimeException e) {
      ended = true;
      responses.onError(Replies.error(e));
      return;
    }
    waiting = true;
    if (responses.isReady()) {
      ready();
    }
  }

  private void start(BalanceExpertsRequest request) {
    if (controller != null) {
      throw Replies.violation(
          Code.INVALID_ARGUMENT,
          "start",
          "this stream has started already\nMaybe open another stream for another model.");
    }
    controller = BiasCodec.fromProto(request.getStart());
  }

  private void step(Step step) {
    BiasController started = controller;
    if (started == null) {
      throw Replies.violation(
          Code.INVALID_ARGUMENT,
          "message",
          "step came before start on this stream\nMaybe send start first.");
    }
    if (anyStep && Long.compareUnsigned(step.getNumber(), lastStep) <= 0) {
      throw Replies.violation(
          Code.INVALID_ARGUMENT,
          "step.number",
          "step "
              + Long.toUnsignedString(step.getNumber())
              + " after step "
              + Long.toUnsignedString(lastStep)
              + "\nMaybe the step was sent twice.");
    }
    double[][] loads = BiasCodec.loads(step);
    BiasCodec.apply(started, step, loads);
    lastStep = step.getNumber();
    anyStep = true;
    responses.onNext(BiasCodec.toProto(lastStep, started, loads));
  }

  @Override
  public void onError(Throwable failure) {
    ended = true;
  }

  @Override
  public void onCompleted() {
    if (!ended) {
      ended = true;
      responses.onCompleted();
    }
  }
}
