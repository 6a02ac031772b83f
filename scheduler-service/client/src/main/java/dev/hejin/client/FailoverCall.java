package dev.hejin.client;

import static java.util.Objects.requireNonNull;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** A call with one request that may be made several times, until something is answered. */
final class FailoverCall<Q, A> extends ClientCall<Q, A> {
  private final FailoverChannel channel;
  private final MethodDescriptor<Q, A> method;
  private final CallOptions options;
  private final long endNanos;
  private @Nullable ClientCall<Q, A> delegate;
  private @Nullable Q message;
  private Metadata headers = new Metadata();
  private int requested;
  private boolean cancelled;

  FailoverCall(
      FailoverChannel channel, MethodDescriptor<Q, A> method, CallOptions options, long endNanos) {
    this.channel = channel;
    this.method = method;
    this.options = options;
    this.endNanos = endNanos;
  }

  @Override
  public void start(Listener<A> listener, Metadata given) {
    headers = given;
    begin(listener);
  }

  private ClientCall<Q, A> begin(Listener<A> listener) {
    ClientCall<Q, A> call = channel.channel().newCall(method, options);
    delegate = call;
    Metadata copy = new Metadata();
    copy.merge(headers);
    call.start(new Attempt(listener), copy);
    return call;
  }

  private ClientCall<Q, A> call() {
    return requireNonNull(delegate, "the call has not been started");
  }

  private void again(Listener<A> listener) {
    ClientCall<Q, A> call = begin(listener);
    call.request(requested);
    Q request = message;
    if (request != null) {
      call.sendMessage(request);
      call.halfClose();
    }
  }

  @Override
  public void request(int count) {
    requested += count;
    call().request(count);
  }

  @Override
  public void sendMessage(Q request) {
    message = request;
    call().sendMessage(request);
  }

  @Override
  public void halfClose() {
    call().halfClose();
  }

  @Override
  public void cancel(@Nullable String text, @Nullable Throwable cause) {
    cancelled = true;
    ClientCall<Q, A> call = delegate;
    if (call != null) {
      call.cancel(text, cause);
    }
  }

  /** One attempt; a failure before any answer leads to the next. */
  private final class Attempt extends SimpleForwardingClientCallListener<A> {
    private final Listener<A> listener;
    private boolean answered;

    Attempt(Listener<A> listener) {
      super(listener);
      this.listener = listener;
    }

    @Override
    public void onMessage(A answer) {
      answered = true;
      super.onMessage(answer);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (!answered && !cancelled && channel.turn(status, trailers, endNanos, options)) {
        again(listener);
      } else {
        super.onClose(status, trailers);
      }
    }
  }
}
