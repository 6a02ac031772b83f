package dev.hejin.deploy.local.load;

import com.google.protobuf.Duration;
import dev.hejin.catalog.pool.NodeSpec;
import dev.hejin.client.CapabilityMessages;
import dev.hejin.client.SchedulerAddress;
import dev.hejin.proto.agent.v1.Acknowledgement;
import dev.hejin.proto.agent.v1.AgentServiceGrpc;
import dev.hejin.proto.agent.v1.ConnectRequest;
import dev.hejin.proto.agent.v1.ConnectResponse;
import dev.hejin.proto.agent.v1.Directive;
import dev.hejin.proto.agent.v1.Heartbeat;
import dev.hejin.proto.agent.v1.Outcome;
import dev.hejin.proto.agent.v1.Register;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that are nothing but a session: they register, beat and take every order as done at once.
 * They cost so little that the scheduler alone is measured; each has a connection of its own.
 */
final class VirtualNodes implements AutoCloseable {
  private static final int PROTOCOL_VERSION = 1;
  private static final int MOST_MESSAGE_BYTES = 64 << 20;

  private final SchedulerAddress scheduler;
  private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor();
  private final ConcurrentSkipListMap<String, Session> sessions = new ConcurrentSkipListMap<>();

  /** By epoch, when the first order for it came, milliseconds of this machine's clock. */
  private final ConcurrentSkipListMap<Long, Long> firstOrderMillis = new ConcurrentSkipListMap<>();

  VirtualNodes(SchedulerAddress scheduler) {
    this.scheduler = scheduler;
    var unused =
        beats.scheduleAtFixedRate(
            () -> sessions.values().forEach(Session::beat), 1, 1, TimeUnit.SECONDS);
  }

  /** Connects nodes and waits until all are registered. */
  void connect(List<NodeSpec> nodes) throws InterruptedException {
    List<Session> fresh = new ArrayList<>();
    for (NodeSpec node : nodes) {
      Session session = new Session(node);
      sessions.put(node.name(), session);
      session.open();
      fresh.add(session);
    }
    for (Session session : fresh) {
      if (!session.registered.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "node " + session.node.name() + " is not registered after 60 s: " + session.failure);
      }
    }
  }

  /** Ends a node without a goodbye. */
  void kill(String node) {
    Session session = sessions.remove(node);
    if (session != null) {
      session.channel.shutdownNow();
    }
  }

  /** When the first order for an epoch came; null before that. */
  @Nullable Long firstOrderMillis(long epoch) {
    return firstOrderMillis.get(epoch);
  }

  private final class Session implements StreamObserver<ConnectResponse> {
    private final NodeSpec node;
    private final ManagedChannel channel;
    private final CountDownLatch registered = new CountDownLatch(1);
    private @Nullable StreamObserver<ConnectRequest> requests;
    private long sequence;
    private volatile String failure = "";

    Session(NodeSpec node) {
      this.node = node;
      this.channel =
          NettyChannelBuilder.forAddress(scheduler.host(), scheduler.port())
              .usePlaintext()
              .directExecutor()
              .maxInboundMessageSize(MOST_MESSAGE_BYTES)
              .build();
    }

    synchronized void open() {
      StreamObserver<ConnectRequest> stream = AgentServiceGrpc.newStub(channel).connect(this);
      requests = stream;
      stream.onNext(
          ConnectRequest.newBuilder()
              .setRegister(
                  Register.newBuilder()
                      .setProtocolVersion(PROTOCOL_VERSION)
                      .setAgentVersion("load")
                      .setInstanceId(UUID.randomUUID().toString())
                      .setCapability(CapabilityMessages.node(node)))
              .build());
    }

    synchronized void beat() {
      if (registered.getCount() == 0) {
        send(
            ConnectRequest.newBuilder()
                .setHeartbeat(Heartbeat.newBuilder().setSequence(++sequence))
                .build());
      }
    }

    private synchronized void send(ConnectRequest request) {
      StreamObserver<ConnectRequest> stream = requests;
      try {
        if (stream != null) {
          stream.onNext(request);
        }
      } catch (IllegalStateException e) {
        requests = null;
      }
    }

    @Override
    public void onNext(ConnectResponse response) {
      if (response.hasRegistered()) {
        Duration unused = response.getRegistered().getHeartbeatInterval();
        registered.countDown();
      } else if (response.hasDirective()) {
        Directive directive = response.getDirective();
        var unused = firstOrderMillis.putIfAbsent(directive.getEpoch(), System.currentTimeMillis());
        send(
            ConnectRequest.newBuilder()
                .setAcknowledgement(
                    Acknowledgement.newBuilder()
                        .setDirectiveId(directive.getDirectiveId())
                        .setEpoch(directive.getEpoch())
                        .setOutcome(Outcome.OUTCOME_DONE))
                .build());
      }
    }

    @Override
    public void onError(Throwable t) {
      failure = String.valueOf(t.getMessage());
    }

    @Override
    public void onCompleted() {
      failure = "the scheduler ended the stream";
    }
  }

  @Override
  public void close() {
    beats.shutdownNow();
    sessions.values().forEach(session -> session.channel.shutdownNow());
  }
}
