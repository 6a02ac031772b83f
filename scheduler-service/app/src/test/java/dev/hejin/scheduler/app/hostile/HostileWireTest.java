package dev.hejin.scheduler.app.hostile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import dev.hejin.proto.agent.v1.AgentServiceGrpc;
import dev.hejin.proto.deployment.v1.DeploymentServiceGrpc;
import dev.hejin.proto.inventory.v1.InventoryServiceGrpc;
import dev.hejin.proto.inventory.v1.ListDevicesRequest;
import dev.hejin.proto.training.v1.ExpertBiasServiceGrpc;
import dev.hejin.testing.FreePort;
import dev.hejin.testing.MessageMutator;
import dev.hejin.testing.RawBytes;
import grpc.health.v1.HealthGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Hostile bytes on the wire to a scheduler that runs: every call ends with a status, every broken
 * connection is ended, and whoever is decent is served all the time. There is no broker, so that
 * changes end with UNAVAILABLE. {@code -Dhejin.wire.inputs=N} sends each method so many bodies.
 */
@QuarkusTest
@TestProfile(HostileWireTest.Plain.class)
@Timeout(3600)
class HostileWireTest {
  private static final int INPUTS = Integer.getInteger("hejin.wire.inputs", 60);
  private static final long SEED = Long.getLong("hejin.fuzz.seed", 1);
  private static final int PORT = FreePort.find();
  private static final int ANSWER_MILLIS = 10_000;
  private static final int LIMIT_BYTES = 32 << 20;

  private static final List<ServiceDescriptor> SERVICES =
      List.of(
          AgentServiceGrpc.getServiceDescriptor(),
          InventoryServiceGrpc.getServiceDescriptor(),
          DeploymentServiceGrpc.getServiceDescriptor(),
          ExpertBiasServiceGrpc.getServiceDescriptor(),
          HealthGrpc.getServiceDescriptor());

  /** A scheduler that asks nobody for a name, and has no broker. */
  public static final class Plain implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "smallrye.config.mapping.validate-unknown", "false",
          "quarkus.grpc.server.test-port", String.valueOf(PORT),
          "quarkus.http.test-port", "0",
          "quarkus.http.test-ssl-port", "0",
          "hejin.kafka-bootstrap-servers", "127.0.0.1:1");
    }
  }

  private @Nullable ManagedChannel channel;

  @BeforeEach
  void open() {
    channel = NettyChannelBuilder.forAddress("127.0.0.1", PORT).usePlaintext().build();
  }

  @AfterEach
  void stillServes() {
    assertThat(decent()).as("a decent read after all that").isEqualTo(Status.Code.OK);
    channel().shutdownNow();
  }

  private ManagedChannel channel() {
    return requireNonNull(channel);
  }

  private Status.Code decent() {
    return status(
            "hejin.inventory.v1.InventoryService/ListDevices",
            MethodDescriptor.MethodType.UNARY,
            ListDevicesRequest.getDefaultInstance().toByteArray(),
            CallOptions.DEFAULT)
        .getCode();
  }

  @Test
  void shouldEndEveryCallWithAStatusWhateverItsBodyIs() throws Exception {
    // Given
    Random random = new Random(SEED);
    MessageMutator mutator = new MessageMutator(SEED);
    int calls = 0;
    int refused = 0;

    for (ServiceDescriptor service : SERVICES) {
      for (MethodDescriptor<?, ?> method : service.getMethods()) {
        var schema = (ProtoMethodDescriptorSupplier) method.getSchemaDescriptor();
        assertThat(schema).as(method.getFullMethodName()).isNotNull();
        DynamicMessage empty =
            DynamicMessage.getDefaultInstance(schema.getMethodDescriptor().getInputType());
        for (int i = 0; i < INPUTS; i++) {
          byte[] body = i % 3 == 0 ? rubbish(random) : mutator.next(empty);

          // When
          Status status =
              status(method.getFullMethodName(), method.getType(), body, CallOptions.DEFAULT);

          // Then
          calls++;
          refused += status.isOk() ? 0 : 1;
          assertThat(status.getCode())
              .as("seed %d, input %d of %s: %s", SEED, i, method.getFullMethodName(), status)
              .isNotIn(Status.Code.DEADLINE_EXCEEDED, Status.Code.DATA_LOSS);
        }
      }
    }
    assertThat(calls).isGreaterThanOrEqualTo(14 * INPUTS);
    assertThat(refused).as("of " + calls + " calls").isGreaterThan(calls / 4);
  }

  @Test
  void shouldNotReadMoreThanALimit() throws Exception {
    // Given
    String method = "hejin.deployment.v1.DeploymentService/PlanDeployment";
    byte[] large = new byte[LIMIT_BYTES + 1024];

    // When
    Status plain = status(method, MethodDescriptor.MethodType.UNARY, large, CallOptions.DEFAULT);
    Status bomb =
        status(
            method,
            MethodDescriptor.MethodType.UNARY,
            large,
            CallOptions.DEFAULT.withCompression("gzip"));

    // Then
    assertThat(plain.getCode()).isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED);
    // The library reads the unpacked bytes up to the limit and has no better word for the end.
    assertThat(bomb.getCode()).isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.UNKNOWN);
  }

  @Test
  void shouldRefuseHeadersWithoutEnd() throws Exception {
    // Given
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("x", Metadata.ASCII_STRING_MARSHALLER), "a".repeat(200_000));

    // When
    Status status =
        status(
            "hejin.inventory.v1.InventoryService/ListDevices",
            MethodDescriptor.MethodType.UNARY,
            new byte[0],
            CallOptions.DEFAULT,
            headers);

    // Then
    assertThat(status.isOk()).isFalse();
    assertThat(status.getCode()).isNotEqualTo(Status.Code.DEADLINE_EXCEEDED);
  }

  @Test
  void shouldEndConnectionsThatBreakTheProtocol() throws Exception {
    for (int round = 0; round < 3; round++) {
      for (List<byte[]> bytes : broken(new Random(SEED + round))) {
        try (RawConnection raw = new RawConnection(PORT)) {
          // When
          boolean open = raw.begin();
          for (byte[] part : bytes) {
            open = open && raw.write(part);
          }

          // Then
          assertThat(!open || raw.isEnded(ANSWER_MILLIS))
              .as("ended after %d hostile frames", bytes.size())
              .isTrue();
        }
      }
    }
    try (RawConnection raw = new RawConnection(PORT)) {
      assertThat(
              !raw.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
                  || raw.isEnded(ANSWER_MILLIS))
          .as("HTTP/1.1 is not spoken")
          .isTrue();
    }
  }

  /** Frames after a proper beginning that no peer may send. */
  private static List<List<byte[]>> broken(Random random) {
    byte[] noise = new byte[64];
    random.nextBytes(noise);
    byte[] open =
        RawConnection.call("hejin.inventory.v1.InventoryService/GetNode", "application/grpc");
    List<byte[]> endless = new ArrayList<>();
    endless.add(RawConnection.frame(RawConnection.HEADERS, 0, 1, open));
    byte[] more = RawConnection.headers("x-more", "y".repeat(8_000));
    for (int i = 0; i < 400; i++) {
      endless.add(RawConnection.frame(RawConnection.CONTINUATION, 0, 1, more));
    }
    return List.of(
        // A frame that says that it is larger than any may be.
        List.of(new byte[] {(byte) 255, (byte) 255, (byte) 255, 0, 0, 0, 0, 0, 1}),
        // Data on a stream that nobody opened.
        List.of(RawConnection.frame(RawConnection.DATA, 0, 7, noise)),
        // Settings of a length that they cannot have.
        List.of(RawConnection.frame(RawConnection.SETTINGS, 0, 0, new byte[5])),
        // A ping on a stream.
        List.of(RawConnection.frame(RawConnection.PING, 0, 1, new byte[8])),
        // Headers that no table explains.
        List.of(
            RawConnection.frame(
                RawConnection.HEADERS,
                RawConnection.END_HEADERS,
                1,
                new byte[] {-1, -1, -1, -1, 127})),
        // A stream number that clients may not use.
        List.of(RawConnection.frame(RawConnection.HEADERS, RawConnection.END_HEADERS, 2, open)),
        endless);
  }

  @Test
  void shouldAnswerOtherContentTypesWithAnError() throws Exception {
    for (String type : List.of("text/html", "application/json", "", "application/grpcx")) {
      try (RawConnection raw = new RawConnection(PORT)) {
        // When
        raw.begin();
        raw.write(
            RawConnection.frame(
                RawConnection.HEADERS,
                RawConnection.END_HEADERS | RawConnection.END_STREAM,
                1,
                RawConnection.call("hejin.inventory.v1.InventoryService/ListDevices", type)));

        // Then
        assertThat(raw.isAnswered(1, ANSWER_MILLIS)).as("content type '%s'", type).isTrue();
      }
    }
  }

  @Test
  void shouldServeOthersWhileManyStreamsDripOrStaySilent() throws Exception {
    // Given
    List<RawConnection> slow = new ArrayList<>();
    try {
      byte[] call =
          RawConnection.frame(
              RawConnection.HEADERS,
              RawConnection.END_HEADERS,
              1,
              RawConnection.call("hejin.agent.v1.AgentService/Connect", "application/grpc"));
      for (int i = 0; i < 150; i++) {
        RawConnection raw = new RawConnection(PORT);
        slow.add(raw);
        switch (i % 3) {
          // Half a preface; a stream without a message; a message that never ends.
          case 0 -> assertThat(raw.write(new byte[] {'P', 'R', 'I'})).isTrue();
          case 1 -> assertThat(raw.begin() && raw.write(call)).isTrue();
          default -> {
            byte[] first = {0, 0, 16, 0, 0, 1};
            assertThat(
                    raw.begin()
                        && raw.write(call)
                        && raw.write(RawConnection.frame(RawConnection.DATA, 0, 1, first)))
                .isTrue();
          }
        }
      }

      for (int drop = 0; drop < 20; drop++) {
        for (int i = 2; i < slow.size(); i += 3) {
          slow.get(i).write(RawConnection.frame(RawConnection.DATA, 0, 1, new byte[] {1}));
        }

        // When
        Status.Code code = decent();

        // Then
        assertThat(code).as("a decent read, drop %d", drop).isEqualTo(Status.Code.OK);
      }
    } finally {
      for (RawConnection raw : slow) {
        raw.close();
      }
    }
  }

  private static byte[] rubbish(Random random) {
    byte[] bytes = new byte[random.nextInt(600)];
    random.nextBytes(bytes);
    return bytes;
  }

  private Status status(
      String method, MethodDescriptor.MethodType type, byte[] body, CallOptions options) {
    return status(method, type, body, options, new Metadata());
  }

  /** How a call ends. One that streams answers is left after the first; that is an end too. */
  private Status status(
      String method,
      MethodDescriptor.MethodType type,
      byte[] body,
      CallOptions options,
      Metadata headers) {
    CompletableFuture<Status> ended = new CompletableFuture<>();
    ClientCall<byte[], byte[]> call =
        channel()
            .newCall(
                MethodDescriptor.newBuilder(new RawBytes(), new RawBytes())
                    .setType(type)
                    .setFullMethodName(method)
                    .build(),
                options.withDeadlineAfter(ANSWER_MILLIS, TimeUnit.MILLISECONDS));
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(byte[] message) {
            if (!type.serverSendsOneMessage()) {
              ended.complete(Status.OK);
            }
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
          }
        },
        headers);
    call.request(2);
    call.sendMessage(body);
    call.halfClose();
    try {
      return ended.get(2L * ANSWER_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(method + " does not end", e);
    } finally {
      call.cancel("done", null);
    }
  }
}
