package dev.hejin.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import dev.hejin.proto.inventory.v1.DrainNodeRequest;
import dev.hejin.proto.inventory.v1.DrainNodeResponse;
import dev.hejin.proto.inventory.v1.InventoryServiceGrpc;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FailoverChannelTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final DrainNodeRequest REQUEST =
      DrainNodeRequest.newBuilder().setNodeId("n").setRequestId("r-1").build();

  private final List<Replica> replicas = new ArrayList<>();

  /** Answers with its number, or with what it was told to fail with. */
  private static final class Replica extends InventoryServiceGrpc.InventoryServiceImplBase {
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Server server;
    private final long number;
    private volatile StatusRuntimeException failure;

    Replica(long number) throws IOException {
      this.number = number;
      this.failure = Status.UNKNOWN.asRuntimeException();
      this.server =
          NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
              .addService(this)
              .build()
              .start();
    }

    SchedulerAddress address() {
      return new SchedulerAddress("127.0.0.1", server.getPort());
    }

    @Override
    public void drainNode(DrainNodeRequest request, StreamObserver<DrainNodeResponse> observer) {
      asked.add(request.getRequestId());
      if (failure.getStatus().getCode() != Status.Code.UNKNOWN) {
        observer.onError(failure);
        return;
      }
      observer.onNext(DrainNodeResponse.newBuilder().setRevision(number).build());
      observer.onCompleted();
    }
  }

  private Replica replica() throws IOException {
    Replica replica = new Replica(replicas.size() + 1);
    replicas.add(replica);
    return replica;
  }

  @AfterEach
  void close() {
    replicas.forEach(replica -> replica.server.shutdownNow());
  }

  private static StatusRuntimeException notLeader(SchedulerAddress leader) {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Code.UNAVAILABLE_VALUE)
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setReason("NOT_LEADER")
                        .putMetadata("leader", leader.toString())
                        .build()))
            .build());
  }

  private static long drain(SchedulerAddress... addresses) {
    try (SchedulerConnection connection = SchedulerConnection.open(List.of(addresses), LIMIT)) {
      return connection.inventory().drainNode(REQUEST).getRevision();
    }
  }

  @Test
  void shouldTellABrokenConnectionFromAnAnswer() {
    assertThat(FailoverChannel.isGone(Status.UNAVAILABLE)).isTrue();
    assertThat(
            FailoverChannel.isGone(
                Status.UNKNOWN
                    .withDescription("channel closed")
                    .withCause(new ClosedChannelException())))
        .isTrue();
    assertThat(FailoverChannel.isGone(Status.UNKNOWN)).isFalse();
    assertThat(FailoverChannel.isGone(Status.INTERNAL.withCause(new IOException()))).isFalse();
  }

  @Test
  void shouldFollowTheLeaderThatAFollowerNames() throws IOException {
    // Given
    Replica follower = replica();
    Replica leader = replica();
    follower.failure = notLeader(leader.address());

    // When
    long answeredBy = drain(follower.address());

    // Then
    assertThat(answeredBy).isEqualTo(2);
    assertThat(follower.asked).containsExactly("r-1");
    assertThat(leader.asked).containsExactly("r-1");
  }

  @Test
  void shouldTryTheNextAddressWhenNobodyIsThere() throws IOException {
    // Given
    Replica dead = replica();
    Replica alive = replica();
    SchedulerAddress nobody = dead.address();
    dead.server.shutdownNow();

    // When
    long answeredBy = drain(nobody, alive.address());

    // Then
    assertThat(answeredBy).isEqualTo(2);
  }

  @Test
  void shouldReachTheLeaderByItsListedAddressWhenTheNamedOneCannotBeReached() throws IOException {
    // Given a leader with an address that means something to the other schedulers alone
    Replica dead = replica();
    Replica follower = replica();
    Replica leader = replica();
    follower.failure = notLeader(dead.address());
    dead.server.shutdownNow();

    // When
    long answeredBy = drain(follower.address(), leader.address());

    // Then
    assertThat(answeredBy).isEqualTo(3);
    assertThat(follower.asked).containsExactly("r-1");
  }

  @Test
  void shouldAskOnlyOnceWhereThereIsOneAddress() throws IOException {
    // Given
    Replica alone = replica();
    alone.failure = Status.UNAVAILABLE.asRuntimeException();

    // When / Then
    assertThatThrownBy(() -> drain(alone.address())).isInstanceOf(StatusRuntimeException.class);
    assertThat(alone.asked).hasSize(1);
  }

  @Test
  void shouldNotAskAgainWhenTheAnswerIsARefusal() throws IOException {
    // Given
    Replica first = replica();
    Replica second = replica();
    first.failure = Status.INVALID_ARGUMENT.asRuntimeException();

    // When / Then
    assertThatThrownBy(() -> drain(first.address(), second.address()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
    assertThat(second.asked).isEmpty();
  }

  @Test
  void shouldStayWithTheLeaderItHasFound() throws IOException {
    // Given
    Replica follower = replica();
    Replica leader = replica();
    follower.failure = notLeader(leader.address());
    try (SchedulerConnection connection =
        SchedulerConnection.open(List.of(follower.address(), leader.address()), LIMIT)) {
      long first = connection.inventory().drainNode(REQUEST).getRevision();

      // When
      long second = connection.inventory().drainNode(REQUEST).getRevision();

      // Then
      assertThat(List.of(first, second)).containsExactly(2L, 2L);
      assertThat(follower.asked).hasSize(1);
    }
  }
}
