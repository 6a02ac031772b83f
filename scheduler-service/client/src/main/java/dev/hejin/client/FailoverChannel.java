package dev.hejin.client;

import dev.hejin.transport.LeaderHint;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Several schedulers as one. A call that ends without an answer because the scheduler is gone is
 * made again: at the leader that the status names, else at the next address. Changes carry a
 * request id, so that one which was made although its answer was lost is not made twice.
 *
 * <p>With one address and no leader named, nothing is made again.
 */
final class FailoverChannel extends Channel {
  /** Longer than a new leader takes with default settings. */
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private static final long PAUSE_MILLIS = 250;

  private final List<SchedulerAddress> addresses;
  private final Function<SchedulerAddress, ManagedChannel> connect;
  private final TreeMap<String, ManagedChannel> channels = new TreeMap<>();
  private SchedulerAddress current;

  /**
   * Which of the addresses was asked last: a leader may be named that cannot be reached from here.
   */
  private int listed;

  /**
   * @param addresses at least one; the first is tried first
   */
  FailoverChannel(
      List<SchedulerAddress> addresses, Function<SchedulerAddress, ManagedChannel> connect) {
    this.addresses = List.copyOf(addresses);
    this.connect = connect;
    this.current = addresses.getFirst();
  }

  @Override
  public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
    return new FailoverCall<>(this, method, options, System.nanoTime() + LIMIT.toNanos());
  }

  @Override
  public String authority() {
    return channel().authority();
  }

  synchronized ManagedChannel channel() {
    return channels.computeIfAbsent(current.toString(), text -> connect.apply(current));
  }

  /**
   * Turns to another scheduler after a failure; waits a little when all were asked.
   *
   * @return whether to make the call again
   */
  boolean turn(Status status, Metadata trailers, long endNanos, CallOptions options) {
    if (!isGone(status) || System.nanoTime() - endNanos > 0) {
      return false;
    }
    Optional<SchedulerAddress> leader = leader(status, trailers);
    boolean wait;
    synchronized (this) {
      // A scheduler that comes back is found at once, however long it was away.
      channels.values().forEach(ManagedChannel::resetConnectBackoff);
      if (leader.isPresent() && !leader.get().equals(current)) {
        current = leader.get();
        listed = addresses.contains(current) ? addresses.indexOf(current) : listed;
        wait = false;
      } else if (addresses.size() > 1 || !current.equals(addresses.getFirst())) {
        listed = (listed + 1) % addresses.size();
        current = addresses.get(listed);
        wait = true;
      } else {
        return false;
      }
    }
    return !wait || pause(options);
  }

  /**
   * Whether the scheduler did not answer. A call that meets the moment in which its connection
   * breaks ends as UNKNOWN with what the network said.
   */
  static boolean isGone(Status status) {
    return status.getCode() == Status.Code.UNAVAILABLE
        || (status.getCode() == Status.Code.UNKNOWN && status.getCause() instanceof IOException);
  }

  private static boolean pause(CallOptions options) {
    var deadline = options.getDeadline();
    if (deadline != null && deadline.timeRemaining(TimeUnit.MILLISECONDS) < PAUSE_MILLIS) {
      return false;
    }
    try {
      Thread.sleep(PAUSE_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The leader that a scheduler has named which is none; empty when its address is no address. */
  private static Optional<SchedulerAddress> leader(Status status, Metadata trailers) {
    try {
      return LeaderHint.in(status.asRuntimeException(trailers)).map(SchedulerAddress::parse);
    } catch (CommandFailure e) {
      return Optional.empty();
    }
  }

  synchronized List<ManagedChannel> opened() {
    return new ArrayList<>(channels.values());
  }
}
