package dev.hejin.scheduler.app.control;

import com.google.protobuf.util.Durations;
import com.google.rpc.Code;
import dev.hejin.proto.agent.v1.ConnectRequest;
import dev.hejin.proto.agent.v1.ConnectResponse;
import dev.hejin.proto.agent.v1.Heartbeat;
import dev.hejin.proto.agent.v1.Outcome;
import dev.hejin.proto.agent.v1.Pulse;
import dev.hejin.proto.agent.v1.Register;
import dev.hejin.proto.agent.v1.Registered;
import dev.hejin.scheduler.app.codec.DirectiveCodec;
import dev.hejin.scheduler.app.codec.RegistrationCodec;
import dev.hejin.scheduler.app.codec.Replies;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.port.AgentLink;
import dev.hejin.scheduler.app.port.Caller;
import dev.hejin.scheduler.app.port.DirectiveOrder;
import dev.hejin.scheduler.app.port.OrderOutcome;
import dev.hejin.scheduler.app.port.UnavailableException;
import dev.hejin.scheduler.app.runtime.SchedulerRuntime;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.jboss.logging.Logger;

/** One agent's stream, from register to its end. */
final class AgentStream implements StreamObserver<ConnectRequest>, AgentLink {
  private static final Logger LOG = Logger.getLogger(AgentStream.class);
  private static final int PROTOCOL_VERSION = 1;

  private final SchedulerRuntime runtime;
  private final SchedulerConfig.Agents settings;
  private final Caller caller;
  private final ServerCallStreamObserver<ConnectResponse> responses;
  private volatile String nodeId = "";
  private boolean ended;

  AgentStream(
      SchedulerRuntime runtime,
      SchedulerConfig.Agents settings,
      Caller caller,
      ServerCallStreamObserver<ConnectResponse> responses) {
    this.runtime = runtime;
    this.settings = settings;
    this.caller = caller;
    this.responses = responses;
    responses.setOnCancelHandler(this::gone);
  }

  @Override
  public void onNext(ConnectRequest request) {
    try {
      switch (request.getMessageCase()) {
        case REGISTER -> register(request.getRegister());
        case HEARTBEAT -> heartbeat(request.getHeartbeat());
        case ACKNOWLEDGEMENT -> {
          checkRegistered("acknowledgement");
          runtime.acknowledge(
              nodeId,
              this,
              request.getAcknowledgement().getDirectiveId(),
              outcome(request.getAcknowledgement().getOutcome()),
              request.getAcknowledgement().getReason());
        }
        case MESSAGE_NOT_SET ->
            throw Replies.violation(
                Code.INVALID_ARGUMENT,
                "message",
                "the message is empty\nMaybe the agent speaks a newer protocol.");
      }
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void checkRegistered(String what) {
    if (nodeId.isEmpty()) {
      throw Replies.violation(
          Code.INVALID_ARGUMENT, "message", what + " came before register on this stream");
    }
  }

  private void register(Register register) {
    if (!nodeId.isEmpty()) {
      throw Replies.violation(
          Code.INVALID_ARGUMENT, "register", "this stream has registered '" + nodeId + "' already");
    }
    if (register.getProtocolVersion() != PROTOCOL_VERSION) {
      throw Replies.violation(
          Code.FAILED_PRECONDITION,
          "register.protocol_version",
          "the agent speaks protocol "
              + register.getProtocolVersion()
              + ", this scheduler "
              + PROTOCOL_VERSION
              + "\nMaybe run agent and scheduler of the same release.");
    }
    var registration = RegistrationCodec.fromProto(register);
    checkName(registration.node().id());
    nodeId = registration.node().id();
    var unused =
        runtime
            .register(registration, this)
            .whenComplete(
                (revision, failure) -> {
                  if (failure != null) {
                    fail(failure);
                  }
                });
  }

  /** A node can speak only for itself. */
  private void checkName(String node) {
    if (!caller.speaksFor(node)) {
      throw Replies.violation(
          Code.PERMISSION_DENIED,
          "register.capability.node_id",
          "node_id is '"
              + node
              + "', and '"
              + caller.name()
              + "' may speak for "
              + (caller.nodes().isEmpty() ? "no node" : String.join(", ", caller.sortedNodes()))
              + "\nMaybe give the node that name, or a certificate with its name in CN or SAN.");
    }
  }

  @Override
  public void accepted(long revision, long term) {
    reply(
        ConnectResponse.newBuilder()
            .setRegistered(
                Registered.newBuilder()
                    .setHeartbeatInterval(
                        Durations.fromMillis(settings.heartbeatInterval().toMillis()))
                    .setHeartbeatTimeout(
                        Durations.fromMillis(settings.heartbeatTimeout().toMillis()))
                    .setRevision(revision)
                    .setTerm(term))
            .build());
  }

  private void heartbeat(Heartbeat heartbeat) {
    checkRegistered("heartbeat");
    runtime.heartbeat(nodeId, this);
    // From here, not from the control loop: it tells that this process is not at a stand.
    reply(
        ConnectResponse.newBuilder()
            .setPulse(Pulse.newBuilder().setSequence(heartbeat.getSequence()))
            .build());
    heartbeat
        .getDeviceHealthList()
        .forEach(
            health ->
                LOG.infof(
                    "device %s is %s: %s",
                    health.getDeviceId(), health.getHealth(), health.getReason()));
  }

  /** One that a newer agent told and nobody here knows is taken for a refusal. */
  private static OrderOutcome outcome(Outcome outcome) {
    return switch (outcome) {
      case OUTCOME_DONE -> OrderOutcome.DONE;
      case OUTCOME_UNSURE -> OrderOutcome.UNSURE;
      case OUTCOME_FAILED, OUTCOME_UNSPECIFIED, UNRECOGNIZED -> OrderOutcome.REFUSED;
    };
  }

  @Override
  public void send(DirectiveOrder order) {
    reply(ConnectResponse.newBuilder().setDirective(DirectiveCodec.toProto(order)).build());
  }

  @Override
  public void close(String reason) {
    fail(Replies.violation(Code.ABORTED, "", reason));
  }

  @Override
  public void leave(UnavailableException refusal) {
    fail(refusal);
  }

  private synchronized void reply(ConnectResponse response) {
    if (!ended && !responses.isCancelled()) {
      responses.onNext(response);
    }
  }

  private void fail(Throwable failure) {
    synchronized (this) {
      if (ended || responses.isCancelled()) {
        return;
      }
      ended = true;
      var error = Replies.error(failure);
      LOG.warnf("node '%s': stream ended: %s", nodeId, error.getStatus());
      responses.onError(error);
    }
    gone();
  }

  private void gone() {
    if (!nodeId.isEmpty()) {
      runtime.disconnected(nodeId, this);
    }
  }

  @Override
  public void onError(Throwable failure) {
    gone();
  }

  @Override
  public void onCompleted() {
    synchronized (this) {
      if (!ended) {
        ended = true;
        responses.onCompleted();
      }
    }
    gone();
  }
}
