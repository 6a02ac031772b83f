package dev.hejin.client;

import static java.util.Objects.requireNonNull;

import dev.hejin.proto.deployment.v1.DeploymentServiceGrpc;
import dev.hejin.proto.deployment.v1.DeploymentServiceGrpc.DeploymentServiceBlockingStub;
import dev.hejin.proto.inventory.v1.InventoryServiceGrpc;
import dev.hejin.proto.inventory.v1.InventoryServiceGrpc.InventoryServiceBlockingStub;
import dev.hejin.transport.ClientSecurity;
import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.stub.AbstractStub;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
  private final @Nullable CallCredentials credentials;

  private SchedulerConnection(
      Channel channel,
      Supplier<List<ManagedChannel>> opened,
      Duration timeout,
      @Nullable CallCredentials credentials) {
    this.channel = requireNonNull(channel, "channel");
    this.opened = requireNonNull(opened, "opened");
    this.timeout = requireNonNull(timeout, "timeout");
    this.credentials = credentials;
  }

  /** Unencrypted, as to a scheduler on this machine. */
  public static SchedulerConnection open(SchedulerAddress address, Duration timeout) {
    return open(List.of(address), timeout);
  }

  /** Unencrypted, as to schedulers on this machine. */
  public static SchedulerConnection open(List<SchedulerAddress> addresses, Duration timeout) {
    return open(addresses, timeout, ClientSecurity.PLAINTEXT);
  }

  /** Asks the one that leads, also when it changes; the first address is tried first. */
  public static SchedulerConnection open(
      List<SchedulerAddress> addresses, Duration timeout, ClientSecurity security) {
    FailoverChannel channel = new FailoverChannel(addresses, address -> channel(address, security));
    return new SchedulerConnection(channel, channel::opened, timeout, security.credentials());
  }

  private static ManagedChannel channel(SchedulerAddress address, ClientSecurity security) {
    return security
        .channel(address.toString())
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .build();
  }

  /** Uses a channel that exists, and closes it in the end. */
  public static SchedulerConnection over(ManagedChannel channel, Duration timeout) {
    return new SchedulerConnection(channel, () -> List.of(channel), timeout, null);
  }

  public InventoryServiceBlockingStub inventory() {
    return secured(InventoryServiceGrpc.newBlockingStub(channel))
        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  public DeploymentServiceBlockingStub deployments() {
    return deploymentsWithoutDeadline()
        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** For streams that stay open. */
  public DeploymentServiceBlockingStub deploymentsWithoutDeadline() {
    return secured(DeploymentServiceGrpc.newBlockingStub(channel));
  }

  private <S extends AbstractStub<S>> S secured(S stub) {
    return credentials == null ? stub : stub.withCallCredentials(credentials);
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
