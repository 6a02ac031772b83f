package dev.hejin.client;

import static java.util.Objects.requireNonNull;

import dev.hejin.proto.deployment.v1.DeploymentServiceGrpc;
import dev.hejin.proto.deployment.v1.DeploymentServiceGrpc.DeploymentServiceBlockingStub;
import dev.hejin.proto.inventory.v1.InventoryServiceGrpc;
import dev.hejin.proto.inventory.v1.InventoryServiceGrpc.InventoryServiceBlockingStub;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A channel to a scheduler, or to several of which one leads. Every call ends after the timeout,
 * watches excepted.
 */
public final class SchedulerConnection implements AutoCloseable {
  /** A scheduler that stands still keeps its connection; a call to it moves on after this. */
  private static final int KEEP_ALIVE_SECONDS = 10;

  private static final int KEEP_ALIVE_TIMEOUT_SECONDS = 2;

  private static final int MAX_MESSAGE_BYTES = 256 << 20;
  private static final long CLOSE_SECONDS = 2;

  private final Channel channel;
  private final Supplier<List<ManagedChannel>> opened;
  private final Duration timeout;

  private SchedulerConnection(
      Channel channel, Supplier<List<ManagedChannel>> opened, Duration timeout) {
    this.channel = requireNonNull(channel, "channel");
    this.opened = requireNonNull(opened, "opened");
    this.timeout = requireNonNull(timeout, "timeout");
  }

  public static SchedulerConnection open(SchedulerAddress address, Duration timeout) {
    return open(List.of(address), timeout);
  }

  /** Asks the one that leads, also when it changes; the first address is tried first. */
  public static SchedulerConnection open(List<SchedulerAddress> addresses, Duration timeout) {
    FailoverChannel channel = new FailoverChannel(addresses, SchedulerConnection::channel);
    return new SchedulerConnection(channel, channel::opened, timeout);
  }

  private static ManagedChannel channel(SchedulerAddress address) {
    return NettyChannelBuilder.forAddress(address.host(), address.port())
        .usePlaintext()
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .build();
  }

  /** Uses a channel that exists, and closes it in the end. */
  public static SchedulerConnection over(ManagedChannel channel, Duration timeout) {
    return new SchedulerConnection(channel, () -> List.of(channel), timeout);
  }

  public InventoryServiceBlockingStub inventory() {
    return InventoryServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  public DeploymentServiceBlockingStub deployments() {
    return deploymentsWithoutDeadline()
        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** For streams that stay open. */
  public DeploymentServiceBlockingStub deploymentsWithoutDeadline() {
    return DeploymentServiceGrpc.newBlockingStub(channel);
  }

  @Override
  public void close() {
    List<ManagedChannel> all = opened.get();
    all.forEach(ManagedChannel::shutdownNow);
    try {
      for (ManagedChannel one : all) {
        if (!one.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
