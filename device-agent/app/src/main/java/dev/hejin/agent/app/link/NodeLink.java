package dev.hejin.agent.app.link;

import dev.hejin.agent.app.codec.CapabilityCodec;
import dev.hejin.agent.app.codec.DirectiveCodec;
import dev.hejin.agent.app.codec.StateCodec;
import dev.hejin.agent.reconcile.DeviceDriver;
import dev.hejin.agent.reconcile.DirectiveResult;
import dev.hejin.proto.agent.v1.AgentServiceGrpc;
import dev.hejin.proto.agent.v1.ConnectRequest;
import dev.hejin.proto.agent.v1.ConnectResponse;
import dev.hejin.proto.agent.v1.Heartbeat;
import dev.hejin.proto.agent.v1.Register;
import dev.hejin.proto.agent.v1.Registered;
import dev.hejin.transport.LeaderHint;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One node's session with the scheduler: connect, register, beat, obey; and again after each loss.
 *
 * <p>A loss forgets the orders that have not taken effect, so that the next Register tells the
 * whole truth; the scheduler sends again what it still wants. Everything runs on the loop thread,
 * which is also the channel's executor.
 */
final class NodeLink {
  static final int PROTOCOL_VERSION = 1;

  private static final Logger LOG = Logger.getLogger(NodeLink.class);
  private static final int MOST_MESSAGE_BYTES = 64 << 20;
  private static final long DEFAULT_HEARTBEAT_MILLIS = 1000;
  private static final long QUICK_RETRY_MILLIS = 100;

  /** An answer to Register may wait for the event log. */
  private static final long PATIENCE_MILLIS = 5_000;

  private final LinkSettings settings;
  private final ScheduledExecutorService loop;
  private final LongSupplier nanoClock;
  private final RandomGenerator random;
  private final LinkListener listener;
  private final Backoff backoff;
  private final Route route;
  private final Terms terms;
  private LocalNode node;
  private DirectiveRunner directives;
  private @Nullable Session session;
  private String lastRefusal = "";
  private boolean closed;

  NodeLink(
      LocalNode node,
      LinkSettings settings,
      ScheduledExecutorService loop,
      LongSupplier nanoClock,
      RandomGenerator random,
      Terms terms,
      LinkListener listener) {
    this.node = node;
    this.settings = settings;
    this.loop = loop;
    this.listener = listener;
    this.directives = new DirectiveRunner(node.drivers(), loop, nanoClock, this::answer);
    this.nanoClock = nanoClock;
    this.random = random;
    this.terms = terms;
    this.route = new Route(settings.addresses());
    this.backoff = new Backoff(settings.firstRetry(), settings.lastRetry(), random);
  }

  String nodeId() {
    return node.id();
  }

  /** Starts a session. */
  void connect() {
    if (!closed) {
      Session fresh = new Session();
      session = fresh;
      fresh.open();
    }
  }

  /** Says goodbye; no session follows. Answers the channel on which the goodbye goes out. */
  Optional<ManagedChannel> close() {
    closed = true;
    Session current = session;
    session = null;
    directives.clear();
    if (current == null) {
      return Optional.empty();
    }
    current.close();
    return Optional.of(current.channel);
  }

  /** Falls silent at once, as a node does that loses its power. */
  void cut() {
    closed = true;
    Session current = session;
    session = null;
    directives.clear();
    if (current != null) {
      current.stop();
      current.channel.shutdownNow();
      listener.lost(node.id());
    }
  }

  /** Comes back after a cut. */
  void comeBack() {
    if (closed) {
      closed = false;
      connect();
    }
  }

  /**
   * The node has other devices: a new session tells of them. The scheduler takes it for the old one
   * come back, so no device that stays is missed meanwhile.
   */
  void renew(LocalNode changed) {
    directives.clear();
    node = changed;
    directives = new DirectiveRunner(changed.drivers(), loop, nanoClock, this::answer);
    Session current = session;
    if (current != null) {
      session = null;
      current.close();
      connect();
    }
  }

  private void answer(DirectiveResult result) {
    Session current = session;
    if (current != null) {
      current.send(DirectiveCodec.toProto(result));
    }
  }

  private void lost(Session which, Status status) {
    if (session != which) {
      return;
    }
    session = null;
    which.stop();
    directives.clear();
    if (closed) {
      return;
    }
    boolean refused = refused(status.getCode());
    String tried = which.target;
    String reason = reason(status);
    if (refused && !reason.equals(lastRefusal)) {
      lastRefusal = reason;
      LOG.warnf(
          "node %s is refused: %s; trying again every %d s",
          node.id(), reason, settings.refusedRetry().toSeconds());
    } else if (which.registered) {
      LOG.infof("node %s has lost the scheduler %s (%s), reconnecting", node.id(), tried, reason);
    } else if (!refused) {
      listener.unreachable(node.id(), reason);
    }
    listener.lost(node.id());
    var unused = loop.schedule(this::connect, waitMillis(refused, status), TimeUnit.MILLISECONDS);
  }

  private long waitMillis(boolean refused, Status status) {
    if (refused) {
      return settings.refusedRetry().toMillis();
    }
    return route.failed(Optional.ofNullable(status.getCause()).flatMap(LeaderHint::in))
        ? backoff.nextWait().toMillis()
        : random.nextLong(QUICK_RETRY_MILLIS);
  }

  private static boolean refused(Status.Code code) {
    return code == Status.Code.ALREADY_EXISTS
        || code == Status.Code.FAILED_PRECONDITION
        || code == Status.Code.INVALID_ARGUMENT
        || code == Status.Code.UNIMPLEMENTED
        || code == Status.Code.UNAUTHENTICATED
        || code == Status.Code.PERMISSION_DENIED;
  }

  private static String reason(Status status) {
    Throwable cause = status.getCause();
    if (cause instanceof StatusRuntimeException) {
      cause = cause.getCause();
    }
    String description =
        cause != null && cause.getMessage() != null ? cause.getMessage() : status.getDescription();
    return description == null
        ? status.getCode().name()
        : status.getCode() + ": " + description.replace('\n', ' ');
  }

  /** One stream. */
  private final class Session implements StreamObserver<ConnectResponse> {
    private final String target = route.target();
    private final ManagedChannel channel =
        settings
            .security()
            .channel(target)
            .executor(loop)
            .maxInboundMessageSize(MOST_MESSAGE_BYTES)
            .build();
    private @Nullable StreamObserver<ConnectRequest> requests;
    private @Nullable ScheduledFuture<?> heartbeats;
    private long heartbeatSequence;
    private boolean registered;
    private long term;
    private long heardNanos = nanoClock.getAsLong();
    private long silenceLimitNanos = Long.MAX_VALUE;

    /** No limit until the first pulse: an older scheduler sends none. */
    private long silenceNanos = Long.MAX_VALUE;

    private @Nullable ScheduledFuture<?> patience;

    void open() {
      patience = loop.schedule(this::giveUp, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      requests =
          AgentServiceGrpc.newStub(channel)
              .withCallCredentials(settings.security().credentials())
              .connect(this);
      send(ConnectRequest.newBuilder().setRegister(register()).build());
    }

    private Register register() {
      Register.Builder builder =
          Register.newBuilder()
              .setProtocolVersion(PROTOCOL_VERSION)
              .setAgentVersion(settings.agentVersion())
              .setInstanceId(settings.instanceId())
              .setCapability(CapabilityCodec.toProto(node.description()));
      for (DeviceDriver driver : node.drivers().values()) {
        driver.held().forEach(state -> builder.addDevices(StateCodec.toProto(state)));
      }
      return builder.build();
    }

    void send(ConnectRequest request) {
      StreamObserver<ConnectRequest> stream = requests;
      if (stream == null) {
        return;
      }
      try {
        stream.onNext(request);
      } catch (IllegalStateException e) {
        // The call has ended; its end comes to onError or onCompleted in a moment.
        requests = null;
      }
    }

    @Override
    public void onNext(ConnectResponse response) {
      if (session != this) {
        return;
      }
      heardNanos = nanoClock.getAsLong();
      switch (response.getMessageCase()) {
        case REGISTERED -> accepted(response.getRegistered());
        case DIRECTIVE -> {
          if (isOver()) {
            leave("the scheduler leads no more");
          } else {
            directives.accept(response.getDirective());
          }
        }
        case PULSE -> silenceNanos = silenceLimitNanos;
        case MESSAGE_NOT_SET ->
            LOG.warnf("node %s: an empty message came; maybe the scheduler is newer", node.id());
      }
    }

    private void accepted(Registered answer) {
      term = answer.getTerm();
      if (isOver()) {
        leave("the scheduler leads no more");
        return;
      }
      terms.see(term);
      route.succeeded();
      registered = true;
      lastRefusal = "";
      backoff.reset();
      var interval = answer.getHeartbeatInterval();
      long told =
          TimeUnit.SECONDS.toMillis(interval.getSeconds())
              + TimeUnit.NANOSECONDS.toMillis(interval.getNanos());
      long millis = told > 0 ? told : DEFAULT_HEARTBEAT_MILLIS;
      var timeout = answer.getHeartbeatTimeout();
      silenceLimitNanos =
          Math.max(
              TimeUnit.SECONDS.toNanos(timeout.getSeconds()) + timeout.getNanos(),
              TimeUnit.MILLISECONDS.toNanos(2 * millis));
      heartbeats = loop.scheduleAtFixedRate(this::beat, millis, millis, TimeUnit.MILLISECONDS);
      LOG.infof(
          "node %s registered with %s (%d devices, revision %d)",
          node.id(), target, node.description().devices().size(), answer.getRevision());
      listener.registered(node.id());
    }

    /** Whether a later leader was seen. Schedulers that tell no term are taken at their word. */
    private boolean isOver() {
      return term > 0 && terms.isOver(term);
    }

    private void giveUp() {
      if (session == this && !registered) {
        leave("the scheduler does not answer");
      }
    }

    private void leave(String why) {
      lost(this, Status.UNAVAILABLE.withDescription(why));
      channel.shutdownNow();
    }

    private void beat() {
      if (isOver()) {
        leave("the scheduler leads no more");
        return;
      }
      if (nanoClock.getAsLong() - heardNanos > silenceNanos) {
        leave("the scheduler is silent");
        return;
      }
      heartbeatSequence++;
      send(
          ConnectRequest.newBuilder()
              .setHeartbeat(Heartbeat.newBuilder().setSequence(heartbeatSequence))
              .build());
    }

    @Override
    public void onError(Throwable failure) {
      lost(this, Status.fromThrowable(failure).withCause(failure));
    }

    @Override
    public void onCompleted() {
      lost(this, Status.UNAVAILABLE.withDescription("the scheduler has ended the stream"));
    }

    void close() {
      StreamObserver<ConnectRequest> stream = requests;
      if (stream != null) {
        try {
          stream.onCompleted();
        } catch (IllegalStateException e) {
          LOG.debugf(e, "node %s: the stream had ended already", node.id());
        }
      }
      stop();
    }

    /** An orderly shutdown lets what was sent go out. */
    void stop() {
      ScheduledFuture<?> beats = heartbeats;
      if (beats != null) {
        beats.cancel(false);
      }
      ScheduledFuture<?> waiting = patience;
      if (waiting != null) {
        waiting.cancel(false);
      }
      requests = null;
      channel.shutdown();
    }
  }
}
