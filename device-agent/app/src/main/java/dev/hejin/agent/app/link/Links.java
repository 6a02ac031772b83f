package dev.hejin.agent.app.link;

import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/** The sessions of all nodes of the process. */
public final class Links implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Links.class);
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long GOODBYE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ScheduledExecutorService loop =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("hejin-link").daemon().factory());
  private final List<NodeLink> links = new ArrayList<>();
  private final TreeSet<String> registered = new TreeSet<>();
  private final CompletableFuture<Void> allRegistered = new CompletableFuture<>();
  private final LinkSettings settings;
  private volatile int registeredNodes;
  private boolean saidWaiting;
  private long saidWaitingNanos;

  /**
   * @param random spreads reconnects
   */
  public Links(Collection<LocalNode> nodes, LinkSettings settings, RandomGenerator random) {
    this.settings = settings;
    LinkListener listener =
        new LinkListener() {
          @Override
          public void registered(String nodeId) {
            registered.add(nodeId);
            registeredNodes = registered.size();
            if (registered.size() == links.size()) {
              allRegistered.complete(null);
            }
          }

          @Override
          public void lost(String nodeId) {
            registered.remove(nodeId);
            registeredNodes = registered.size();
          }

          @Override
          public void unreachable(String nodeId, String reason) {
            sayWaiting(reason);
          }
        };
    Terms terms = new Terms();
    for (LocalNode node : nodes) {
      links.add(new NodeLink(node, settings, loop, System::nanoTime, random, terms, listener));
    }
  }

  /** Starts all sessions; completes when each node has been registered once. */
  public CompletableFuture<Void> start() {
    links.forEach(link -> loop.execute(link::connect));
    return allRegistered;
  }

  /** Nodes that the scheduler has accepted. */
  public int registered() {
    return registeredNodes;
  }

  /** A node falls silent, without a goodbye; when this returns, its devices hear nothing more. */
  public void cut(String nodeId) {
    each(nodeId, NodeLink::cut);
  }

  /** A node that was cut connects again. */
  public void comeBack(String nodeId) {
    each(nodeId, NodeLink::comeBack);
  }

  /** The node has other devices from now on; its scheduler is told. */
  public void renew(LocalNode node) {
    each(node.id(), link -> link.renew(node));
  }

  private void each(String nodeId, Consumer<NodeLink> action) {
    List<NodeLink> named = links.stream().filter(link -> link.nodeId().equals(nodeId)).toList();
    try {
      loop.submit(() -> named.forEach(action)).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | RejectedExecutionException e) {
      LOG.warnf(e, "node %s: its session cannot be changed", nodeId);
    }
  }

  /** One line for all nodes, now and then. */
  private void sayWaiting(String reason) {
    long now = System.nanoTime();
    if (!saidWaiting || now - saidWaitingNanos >= QUIET_NANOS) {
      saidWaiting = true;
      saidWaitingNanos = now;
      LOG.infof(
          "waiting for the scheduler at %s: %d of %d nodes registered (%s)",
          settings.scheduler(), registered.size(), links.size(), reason);
    }
  }

  /** Says goodbye for every node, so that the scheduler need not wait for heartbeats to fail. */
  @Override
  public void close() {
    if (loop.isShutdown()) {
      return;
    }
    try {
      List<ManagedChannel> channels =
          loop.submit(() -> links.stream().flatMap(link -> link.close().stream()).toList()).get();
      long deadline = System.nanoTime() + GOODBYE_NANOS;
      for (ManagedChannel channel : channels) {
        channel.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        channel.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      LOG.warn("sessions could not be closed in order", e);
    }
    loop.shutdownNow();
  }
}
