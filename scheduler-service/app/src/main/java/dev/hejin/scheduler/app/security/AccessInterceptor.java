package dev.hejin.scheduler.app.security;

import com.google.rpc.Code;
import dev.hejin.scheduler.app.codec.Replies;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.port.Caller;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Admits calls: who is it, may they, is there room; and tells the audit. The handlers behind it
 * find the caller in {@link Callers#current}.
 */
@GlobalInterceptor
@ApplicationScoped
public class AccessInterceptor implements ServerInterceptor {
  private static final MethodRules.Rule UNLISTED = new MethodRules.Rule(null, false, "", "");

  private final Authenticator authenticator;
  private final CallLimits limits;
  private final AuditLog audit;

  AccessInterceptor(SchedulerConfig config, Authenticator authenticator, AuditLog audit) {
    this.authenticator = authenticator;
    this.limits = new CallLimits(config.security().limits());
    this.audit = audit;
  }

  /** Requests that wait for an answer now. */
  public int requestsInFlight() {
    return limits.waiting();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    Optional<MethodRules.Rule> rule = MethodRules.of(method);
    boolean isStream = !call.getMethodDescriptor().getType().serverSendsOneMessage();
    Caller caller = Caller.NOBODY;
    CallLimits.Permit permit = null;
    StatusRuntimeException refusal;
    try {
      caller = authenticator.caller(call.getAttributes(), headers);
      refusal = refusal(method, rule, caller);
      if (refusal == null) {
        permit = limits.enter(caller, isStream);
      }
    } catch (AccessException e) {
      refusal = Replies.violation(Code.UNAUTHENTICATED, "", text(e));
    } catch (CallLimits.FullException e) {
      refusal = Replies.violation(Code.RESOURCE_EXHAUSTED, "", text(e));
    }
    AuditedCall audited =
        new AuditedCall(method, rule.orElse(UNLISTED), caller, peer(call), isStream, audit::add);
    if (permit == null) {
      return refuse(call, audited, refusal);
    }
    Context context = Context.current().withValue(Callers.KEY, caller);
    return new Asked<>(
        Contexts.interceptCall(context, new Answered<>(call, audited, permit), headers, next),
        audited,
        permit);
  }

  private static <Q, A> ServerCall.Listener<Q> refuse(
      ServerCall<Q, A> call, AuditedCall audited, @Nullable StatusRuntimeException refusal) {
    StatusRuntimeException why =
        refusal == null
            ? Replies.violation(Code.INTERNAL, "", "the call was not admitted")
            : refusal;
    audited.ended(why.getStatus());
    Metadata trailers = why.getTrailers();
    call.close(why.getStatus(), trailers == null ? new Metadata() : trailers);
    return new ServerCall.Listener<>() {};
  }

  private static @Nullable StatusRuntimeException refusal(
      String method, Optional<MethodRules.Rule> rule, Caller caller) {
    if (rule.isEmpty()) {
      return Replies.violation(
          Code.PERMISSION_DENIED,
          "",
          method + " is open to nobody: it has no entry in the table of roles");
    }
    var least = rule.get().least();
    if (least == null || caller.may(least)) {
      return null;
    }
    if (caller.kind() == Caller.Kind.UNKNOWN) {
      return Replies.violation(
          Code.UNAUTHENTICATED,
          "",
          method
              + " needs the role "
              + least.text()
              + ", and nothing says who calls"
              + "\nMaybe give --tls-cert and --tls-key, or --token-file.");
    }
    return Replies.violation(
        Code.PERMISSION_DENIED,
        "",
        method
            + " needs the role "
            + least.text()
            + "; '"
            + caller.name()
            + "' has "
            + (caller.roles().isEmpty() ? "none" : String.join(", ", caller.roleTexts()))
            + "\nMaybe its certificate or token is meant for something else.");
  }

  private static String peer(ServerCall<?, ?> call) {
    return String.valueOf(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
  }

  private static String text(Exception e) {
    return String.valueOf(e.getMessage());
  }

  /** What the scheduler says in a call. */
  private static final class Answered<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final AuditedCall audited;
    private final CallLimits.Permit permit;

    Answered(ServerCall<Q, A> call, AuditedCall audited, CallLimits.Permit permit) {
      super(call);
      this.audited = audited;
      this.permit = permit;
    }

    @Override
    public void sendMessage(A message) {
      audited.answered(message);
      super.sendMessage(message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      permit.leave();
      audited.ended(status);
      super.close(status, trailers);
    }
  }

  /** What the caller says in it. */
  private static final class Asked<Q> extends SimpleForwardingServerCallListener<Q> {
    private final AuditedCall audited;
    private final CallLimits.Permit permit;

    Asked(ServerCall.Listener<Q> listener, AuditedCall audited, CallLimits.Permit permit) {
      super(listener);
      this.audited = audited;
      this.permit = permit;
    }

    @Override
    public void onMessage(Q message) {
      audited.asked(message);
      super.onMessage(message);
    }

    @Override
    public void onCancel() {
      permit.leave();
      super.onCancel();
    }

    @Override
    public void onComplete() {
      permit.leave();
      super.onComplete();
    }
  }
}
