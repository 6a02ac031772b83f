package dev.hejin.agent.app.link;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Duration;
import dev.hejin.proto.agent.v1.AgentServiceGrpc;
import dev.hejin.proto.agent.v1.ConnectRequest;
import dev.hejin.proto.agent.v1.ConnectResponse;
import dev.hejin.proto.agent.v1.Directive;
import dev.hejin.proto.agent.v1.Register;
import dev.hejin.proto.agent.v1.Registered;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Accepts agents, remembers what they say, and says what the test wants. */
final class FakeScheduler extends AgentServiceGrpc.AgentServiceImplBase implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  private final Server server;
  private final BlockingQueue<ConnectRequest> received = new LinkedBlockingQueue<>();
  private final Queue<Status> refusals = new ConcurrentLinkedQueue<>();
  private volatile @Nullable StreamObserver<ConnectResponse> agent;

  FakeScheduler() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(this)
            .build()
            .start();
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  /** The next registration is answered with this. */
  void refuseNext(Status status) {
    refusals.add(status);
  }

  void send(Directive directive) {
    requireNonNull(agent).onNext(ConnectResponse.newBuilder().setDirective(directive).build());
  }

  void dropStream() {
    requireNonNull(agent).onError(Status.UNAVAILABLE.asRuntimeException());
  }

  Register awaitRegister() throws InterruptedException {
    return await(ConnectRequest::hasRegister).getRegister();
  }

  /** The next message of a kind; others are passed over. */
  ConnectRequest await(Predicate<ConnectRequest> wanted) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      ConnectRequest next = received.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw new AssertionError("no such message came");
      }
      if (wanted.test(next)) {
        return next;
      }
    }
  }

  @Override
  public StreamObserver<ConnectRequest> connect(StreamObserver<ConnectResponse> responses) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ConnectRequest request) {
        if (request.hasRegister()) {
          Status refusal = refusals.poll();
          if (refusal != null) {
            received.add(request);
            responses.onError(refusal.asRuntimeException());
            return;
          }
          agent = responses;
          responses.onNext(
              ConnectResponse.newBuilder()
                  .setRegistered(
                      Registered.newBuilder()
                          .setHeartbeatInterval(Duration.newBuilder().setNanos(50_000_000))
                          .setRevision(1))
                  .build());
        }
        received.add(request);
      }

      @Override
      public void onError(Throwable failure) {
        received.add(ConnectRequest.getDefaultInstance());
      }

      @Override
      public void onCompleted() {
        received.add(ConnectRequest.getDefaultInstance());
        responses.onCompleted();
      }
    };
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
