package dev.hejin.client;

import static java.util.Objects.requireNonNull;

import dev.hejin.proto.deployment.v1.DeploymentServiceGrpc;
import dev.hejin.proto.deployment.v1.DeploymentServiceGrpc.DeploymentServiceBlockingStub;
import dev.hejin.proto.inventory.v1.InventoryServiceGrpc;
import dev.hejin.proto.inventory.v1.InventoryServiceGrpc.InventoryServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A channel to one scheduler. Every call ends after the timeout, watches excepted. */
public final class SchedulerConnection implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 256 << 20;
  private static final long CLOSE_SECONDS = 2;

  private final ManagedChannel channel;
  private final Duration timeout;

  private SchedulerConnection(ManagedChannel channel, Duration timeout) {
    this.channel = requireNonNull(channel, "channel");
    this.timeout = requireNonNull(timeout, "timeout");
  }

  public static SchedulerConnection open(SchedulerAddress address, Duration timeout) {
    return over(
        NettyChannelBuilder.forAddress(address.host(), address.port())
            .usePlaintext()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .build(),
        timeout);
  }

  /** Uses a channel that exists, and closes it in the end. */
  public static SchedulerConnection over(ManagedChannel channel, Duration timeout) {
    return new SchedulerConnection(channel, timeout);
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
    channel.shutdownNow();
    try {
      if (!channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
