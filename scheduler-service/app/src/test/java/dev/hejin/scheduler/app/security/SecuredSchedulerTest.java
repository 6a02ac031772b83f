package dev.hejin.scheduler.app.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import dev.hejin.proto.agent.v1.AgentServiceGrpc;
import dev.hejin.proto.agent.v1.ConnectRequest;
import dev.hejin.proto.agent.v1.ConnectResponse;
import dev.hejin.proto.agent.v1.Register;
import dev.hejin.proto.capability.v1.DeviceCapability;
import dev.hejin.proto.capability.v1.NodeCapability;
import dev.hejin.proto.deployment.v1.DeleteDeploymentRequest;
import dev.hejin.proto.deployment.v1.DeploymentServiceGrpc;
import dev.hejin.proto.inventory.v1.DrainNodeRequest;
import dev.hejin.proto.inventory.v1.InventoryServiceGrpc;
import dev.hejin.proto.inventory.v1.ListDevicesRequest;
import dev.hejin.testing.FreePort;
import dev.hejin.testing.TestAuthority;
import dev.hejin.transport.ClientSecurity;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A scheduler that asks who calls, without a broker: what it would do ends with UNAVAILABLE. */
@QuarkusTest
@TestProfile(SecuredSchedulerTest.Secured.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecuredSchedulerTest {
  private static final TestAuthority AUTHORITY = new TestAuthority("ours");
  private static final TestIssuer ISSUER = new TestIssuer("https://issuer.example");
  private static final Path FOLDER = folder();
  private static final int PORT = FreePort.find();

  /** The settings of such a scheduler. */
  public static final class Secured implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      TestAuthority.Files3 server = server(AUTHORITY);
      Map<String, String> set = new HashMap<>();
      // The build tells tests where the sources are in a property of our prefix.
      set.put("smallrye.config.mapping.validate-unknown", "false");
      set.put("quarkus.grpc.server.test-port", String.valueOf(PORT));
      set.put("quarkus.http.test-port", "0");
      set.put("quarkus.http.test-ssl-port", "0");
      set.put("hejin.kafka-bootstrap-servers", "127.0.0.1:1");
      set.put("hejin.security.tls.certificate", server.certificate().toString());
      set.put("hejin.security.tls.key", server.key().toString());
      set.put("hejin.security.tls.trust", server.trust().toString());
      set.put("hejin.security.tls.reload-period", "100ms");
      set.put("hejin.security.token.key", ISSUER.publicKey(FOLDER).toString());
      set.put("hejin.security.limits.streams-per-peer", "3");
      return set;
    }
  }

  private static TestAuthority.Files3 server(TestAuthority authority) {
    return authority.issue(FOLDER, "server", "CN=scheduler", "DNS:localhost", "IP:127.0.0.1");
  }

  @Test
  @Order(1)
  void shouldGiveEachRoleWhatIsItsOwn() {
    try (Client viewer = client("bob", "CN=bob,O=hejin:viewer");
        Client operator = client("olga", "CN=olga,O=hejin:operator");
        Client admin = client("alice", "CN=alice,O=hejin:admin");
        Client agent = client("n", "CN=node-1,O=hejin:agent")) {
      assertThat(viewer.read()).isEqualTo(Status.Code.OK);
      assertThat(viewer.drain()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(operator.drain()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(operator.delete()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(admin.delete()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(agent.read()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(admin.register("node-1").getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    }
  }

  @Test
  @Order(2)
  void shouldLetANodeSpeakForItselfAlone() {
    try (Client agent = client("n", "CN=node-1,O=hejin:agent", "DNS:node-1b")) {
      assertThat(agent.register("node-1").getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(agent.register("node-1b").getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      Status refused = agent.register("node-2");
      assertThat(refused.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(refused.getDescription())
          .contains("node_id is 'node-2'", "node-1, node-1b", "Maybe");
    }
  }

  @Test
  @Order(3)
  void shouldTakeTokensAndTellWhoHasNone() throws IOException {
    Path token =
        Files.writeString(
            FOLDER.resolve("token"), ISSUER.token("bob", "hejin", 60, "hejin:viewer"));
    Path expired =
        Files.writeString(
            FOLDER.resolve("expired"), ISSUER.token("bob", "hejin", -120, "hejin:admin"));
    try (Client nobody = bearer(null);
        Client bob = bearer(token);
        Client late = bearer(expired)) {
      assertThat(bob.read()).isEqualTo(Status.Code.OK);
      assertThat(bob.drain()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(late.read()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(nobody.read()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(nobody.last).contains("nothing says who calls", "Maybe give --tls-cert");
      assertThat(nobody.health()).isEqualTo(Status.Code.OK);
    }
  }

  @Test
  @Order(4)
  void shouldLimitTheCallsOfOneCaller() {
    try (Client agent = client("m", "CN=many,O=hejin:agent")) {
      for (int i = 0; i < 3; i++) {
        var unused = agent.open();
      }
      Status refused = agent.register("many");
      assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(refused.getDescription()).contains("streams-per-peer", "Maybe");
    }
  }

  @Test
  @Order(5)
  void shouldRefuseStrangersAndUnencryptedCallers() {
    TestAuthority stranger = new TestAuthority("strangers");
    TestAuthority.Files3 theirs = stranger.issue(FOLDER, "x", "CN=x,O=hejin:admin");
    TestAuthority.Files3 ours = AUTHORITY.issue(FOLDER, "y", "CN=y");
    try (Client wrong =
            new Client(ClientSecurity.of(options(ours.trust(), theirs, null)), "localhost");
        Client mistaken =
            new Client(ClientSecurity.of(options(theirs.trust(), theirs, null)), "localhost");
        Client plain = new Client(ClientSecurity.PLAINTEXT, "localhost")) {
      assertThat(wrong.read()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(mistaken.read()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(plain.read()).isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  @Order(6)
  void shouldUseRotatedFilesWithoutARestart() throws Exception {
    // Given
    try (Client before = client("bob", "CN=bob,O=hejin:viewer")) {
      assertThat(before.read()).isEqualTo(Status.Code.OK);
      TestAuthority next = new TestAuthority("next");

      // When
      server(next);

      // Then
      TestAuthority.Files3 files = next.issue(FOLDER, "carol", "CN=carol,O=hejin:viewer");
      Supplier<Client> carol =
          () -> new Client(ClientSecurity.of(options(files.trust(), files, null)), "localhost");
      assertThat(await(carol, Status.Code.OK)).isEqualTo(Status.Code.OK);
      assertThat(before.read()).as("a connection that is open stays").isEqualTo(Status.Code.OK);
      try (Client old = client("bob2", "CN=bob,O=hejin:viewer")) {
        assertThat(old.read()).isEqualTo(Status.Code.UNAVAILABLE);
      }
    }
  }

  private static Status.Code await(Supplier<Client> clients, Status.Code wanted)
      throws InterruptedException {
    Status.Code last = Status.Code.UNKNOWN;
    for (int i = 0; i < 100 && last != wanted; i++) {
      try (Client client = clients.get()) {
        last = client.read();
      }
      Thread.sleep(50);
    }
    return last;
  }

  private static Client client(String file, String subject, String... alternatives) {
    TestAuthority.Files3 files = AUTHORITY.issue(FOLDER, file, subject, alternatives);
    return new Client(ClientSecurity.of(options(files.trust(), files, null)), "localhost");
  }

  private static Client bearer(@Nullable Path token) {
    Path trust = AUTHORITY.issue(FOLDER, "t", "CN=t").trust();
    return new Client(ClientSecurity.of(options(trust, null, token)), "localhost");
  }

  private static ClientSecurity.Options options(
      Path trust, TestAuthority.@Nullable Files3 own, @Nullable Path token) {
    Optional<TestAuthority.Files3> files = Optional.ofNullable(own);
    return new ClientSecurity.Options(
        Optional.of(trust),
        files.map(TestAuthority.Files3::certificate),
        files.map(TestAuthority.Files3::key),
        Optional.empty(),
        Optional.ofNullable(token));
  }

  /** One caller on a connection of its own. */
  private static final class Client implements AutoCloseable {
    private final ClientSecurity security;
    private final ManagedChannel channel;
    private String last = "";

    Client(ClientSecurity security, String host) {
      this.security = security;
      this.channel = security.channel(host + ":" + PORT).build();
    }

    Status.Code read() {
      var stub = InventoryServiceGrpc.newBlockingStub(channel);
      return code(
          () ->
              stub.withCallCredentials(security.credentials())
                  .withDeadlineAfter(20, TimeUnit.SECONDS)
                  .listDevices(ListDevicesRequest.getDefaultInstance()));
    }

    Status.Code drain() {
      var stub = InventoryServiceGrpc.newBlockingStub(channel);
      return code(
          () ->
              stub.withCallCredentials(security.credentials())
                  .drainNode(DrainNodeRequest.newBuilder().setNodeId("node-1").build()));
    }

    Status.Code delete() {
      var stub = DeploymentServiceGrpc.newBlockingStub(channel);
      return code(
          () -> stub.deleteDeployment(DeleteDeploymentRequest.newBuilder().setName("d").build()));
    }

    Status.Code health() {
      return code(
          () -> HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance()));
    }

    private Status.Code code(Supplier<? extends MessageLite> call) {
      try {
        var unused = call.get();
        return Status.Code.OK;
      } catch (StatusRuntimeException e) {
        last = String.valueOf(e.getStatus().getDescription());
        return e.getStatus().getCode();
      }
    }

    /** A stream that says nothing. */
    CompletableFuture<Status> open() {
      CompletableFuture<Status> end = new CompletableFuture<>();
      var unused = AgentServiceGrpc.newStub(channel).connect(ended(end));
      return end;
    }

    Status register(String node) {
      CompletableFuture<Status> end = new CompletableFuture<>();
      StreamObserver<ConnectRequest> requests =
          AgentServiceGrpc.newStub(channel).connect(ended(end));
      requests.onNext(
          ConnectRequest.newBuilder()
              .setRegister(
                  Register.newBuilder()
                      .setProtocolVersion(1)
                      .setInstanceId("i")
                      .setCapability(
                          NodeCapability.newBuilder()
                              .setNodeId(node)
                              .addDevices(DeviceCapability.newBuilder().setDeviceId(node + "/0"))))
              .build());
      return end.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static StreamObserver<ConnectResponse> ended(CompletableFuture<Status> end) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ConnectResponse value) {}

        @Override
        public void onError(Throwable t) {
          end.complete(Status.fromThrowable(t));
        }

        @Override
        public void onCompleted() {
          end.complete(Status.OK);
        }
      };
    }

    @Override
    public void close() {
      channel.shutdownNow();
      security.close();
    }
  }

  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("hejin-secured-");
      folder.toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
