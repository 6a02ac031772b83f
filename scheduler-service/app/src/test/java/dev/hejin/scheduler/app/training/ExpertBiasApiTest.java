package dev.hejin.scheduler.app.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import com.google.rpc.Status;
import dev.hejin.proto.training.v1.BalanceExpertsRequest;
import dev.hejin.proto.training.v1.BalanceExpertsResponse;
import dev.hejin.proto.training.v1.ExpertBiasServiceGrpc;
import dev.hejin.proto.training.v1.LayerBias;
import dev.hejin.proto.training.v1.LayerTokens;
import dev.hejin.proto.training.v1.Start;
import dev.hejin.proto.training.v1.Step;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stream over a real connection. */
class ExpertBiasApiTest {
  private static final long TIMEOUT_SECONDS = 30;

  private Server server = NettyServerBuilder.forPort(0).build();
  private ManagedChannel channel =
      NettyChannelBuilder.forTarget("localhost").usePlaintext().build();

  @BeforeEach
  void setUp() throws IOException {
    channel.shutdownNow();
    server = NettyServerBuilder.forPort(0).addService(new ExpertBiasApi()).build().start();
    channel = NettyChannelBuilder.forAddress("localhost", server.getPort()).usePlaintext().build();
  }

  @AfterEach
  void tearDown() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  /** A job that sends messages, ends its side, and waits for the end. */
  private List<BalanceExpertsResponse> run(BalanceExpertsRequest... messages)
      throws InterruptedException, ExecutionException, TimeoutException {
    List<BalanceExpertsResponse> answers = new CopyOnWriteArrayList<>();
    CompletableFuture<List<BalanceExpertsResponse>> end = new CompletableFuture<>();
    StreamObserver<BalanceExpertsRequest> job =
        ExpertBiasServiceGrpc.newStub(channel)
            .balanceExperts(
                new StreamObserver<>() {
                  @Override
                  public void onNext(BalanceExpertsResponse answer) {
                    answers.add(answer);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    end.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {
                    end.complete(answers);
                  }
                });
    for (BalanceExpertsRequest message : messages) {
      job.onNext(message);
    }
    job.onCompleted();
    return end.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  private static BalanceExpertsRequest start(Start.Builder start) {
    return BalanceExpertsRequest.newBuilder().setStart(start).build();
  }

  private static Start.Builder shape(int layers, int experts) {
    return Start.newBuilder().setLayerCount(layers).setExpertCount(experts);
  }

  private static BalanceExpertsRequest step(long number, Long... tokens) {
    return BalanceExpertsRequest.newBuilder()
        .setStep(
            Step.newBuilder()
                .setNumber(number)
                .addLoads(LayerTokens.newBuilder().addAllTokens(List.of(tokens))))
        .build();
  }

  @Test
  void shouldAnswerEachStepWithTheBiasesForTheNext() throws Exception {
    // Given a layer of three experts

    // When
    List<BalanceExpertsResponse> answers =
        run(start(shape(1, 3)), step(7, 6L, 2L, 1L), step(8, 3L, 3L, 3L), step(9, 0L, 9L, 9L));

    // Then
    assertThat(answers)
        .extracting(BalanceExpertsResponse::getStepNumber)
        .containsExactly(7L, 8L, 9L);
    assertThat(answers.get(0).getLayers(0).getBiasList()).containsExactly(-0.001, 0.001, 0.001);
    assertThat(answers.get(0).getMaxViolationList()).containsExactly(1.0);
    assertThat(answers.get(1).getLayersList()).isEqualTo(answers.get(0).getLayersList());
    assertThat(answers.get(1).getMaxViolationList()).containsExactly(0.0);
    assertThat(answers.get(2).getLayers(0).getBiasList()).containsExactly(0.0, 0.0, 0.0);
  }

  @Test
  void shouldGoOnFromACheckpointAndHoldAtSpeedZero() throws Exception {
    // Given biases of a checkpoint, and a last part that holds them
    Start.Builder checkpoint =
        shape(1, 2)
            .setUpdateSpeed(0.5)
            .addInitialBias(LayerBias.newBuilder().addBias(2).addBias(3));
    BalanceExpertsRequest hold =
        BalanceExpertsRequest.newBuilder()
            .setStep(
                Step.newBuilder()
                    .setNumber(2)
                    .setUpdateSpeed(0)
                    .addLoads(LayerTokens.newBuilder().addTokens(9).addTokens(1)))
            .build();

    // When
    List<BalanceExpertsResponse> answers = run(start(checkpoint), step(1, 9L, 1L), hold);

    // Then
    assertThat(answers.get(0).getLayers(0).getBiasList()).containsExactly(1.5, 3.5);
    assertThat(answers.get(1).getLayers(0).getBiasList()).containsExactly(1.5, 3.5);
  }

  @Test
  void shouldAnswerEveryStepOfAJobThatSendsAheadOfReading() throws Exception {
    // Given more steps than fit into the buffers of a connection
    int steps = 400;
    Long[] tokens = new Long[2048];
    Arrays.setAll(tokens, e -> (long) e);
    BalanceExpertsRequest[] messages = new BalanceExpertsRequest[steps + 1];
    messages[0] = start(shape(1, tokens.length));
    for (int n = 1; n <= steps; n++) {
      messages[n] = step(n, tokens);
    }

    // When
    List<BalanceExpertsResponse> answers = run(messages);

    // Then
    assertThat(answers).hasSize(steps);
    assertThat(answers.getLast().getStepNumber()).isEqualTo(steps);
  }

  @Test
  void shouldNameTheFieldThatIsWrong() throws Exception {
    refuses("message", step(1, 1L, 1L));
    refuses("message", BalanceExpertsRequest.getDefaultInstance());
    refuses("start", start(shape(1, 2)), start(shape(1, 2)));
    refuses("start.layer_count", start(shape(0, 2)));
    refuses("start.layer_count", start(shape(2_000_000, 2)));
    refuses("start.expert_count", start(shape(1, 1)));
    refuses("start.update_speed", start(shape(1, 2).setUpdateSpeed(-1)));
    refuses("start.update_speed", start(shape(1, 2).setUpdateSpeed(Double.NaN)));
    refuses("start.initial_bias", start(shape(2, 2).addInitialBias(LayerBias.newBuilder())));
    refuses(
        "start.initial_bias[0].bias", start(shape(1, 2).addInitialBias(LayerBias.newBuilder())));
    refuses(
        "start.initial_bias[0].bias[1]",
        start(shape(1, 2).addInitialBias(LayerBias.newBuilder().addBias(0).addBias(Double.NaN))));
    refuses("step.loads", start(shape(2, 2)), step(1, 1L, 1L));
    refuses("step.loads[0].tokens", start(shape(1, 2)), step(1, 1L, 1L, 1L));
    refuses("step.loads[0].tokens[1]", start(shape(1, 2)), step(1, 1L, -1L));
    refuses("step.number", start(shape(1, 2)), step(5, 1L, 1L), step(5, 1L, 1L));
  }

  private void refuses(String field, BalanceExpertsRequest... messages) throws Exception {
    // When
    Throwable failure = null;
    try {
      run(messages);
    } catch (ExecutionException e) {
      failure = e.getCause();
    }

    // Then
    Status status =
        Objects.requireNonNull(StatusProto.fromThrowable(Objects.requireNonNull(failure, field)));
    BadRequest.FieldViolation violation =
        status.getDetails(0).unpack(BadRequest.class).getFieldViolations(0);
    assertThat(violation.getField()).isEqualTo(field);
    assertThat(violation.getDescription()).contains("\nMaybe ");
  }
}
