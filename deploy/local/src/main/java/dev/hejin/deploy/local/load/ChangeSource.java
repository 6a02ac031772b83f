package dev.hejin.deploy.local.load;

import dev.hejin.client.SchedulerConnection;
import dev.hejin.proto.deployment.v1.RebalanceDeploymentRequest;
import dev.hejin.proto.inventory.v1.DrainNodeRequest;
import dev.hejin.proto.inventory.v1.UndrainNodeRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Changes at a steady rate, beside whatever else is asked: a node is drained, it is used again, the
 * deployment is planned anew, and so on. One at a time; a change that comes late shows in its time.
 */
final class ChangeSource implements AutoCloseable {
  private static final String DRAIN = "DrainNode";
  private static final String UNDRAIN = "UndrainNode";
  private static final String REBALANCE = "RebalanceDeployment";

  private final SchedulerConnection connection;
  private final List<String> nodes;
  private final Random random;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("change-source").daemon().factory());

  private Map<String, CallOutcomes> outcomes = fresh();
  private String drained = "";
  private int turn;

  ChangeSource(SchedulerConnection connection, List<String> nodes, long seed) {
    this.connection = connection;
    this.nodes = List.copyOf(nodes);
    this.random = new Random(seed);
  }

  void start(double changesPerMinute) {
    long periodNanos = (long) (60e9 / changesPerMinute);
    long start = System.nanoTime();
    var unused =
        executor.scheduleAtFixedRate(
            new Runnable() {
              private long due = start;

              @Override
              public void run() {
                due += periodNanos;
                change(due);
              }
            },
            periodNanos,
            periodNanos,
            TimeUnit.NANOSECONDS);
  }

  private static Map<String, CallOutcomes> fresh() {
    Map<String, CallOutcomes> fresh = new LinkedHashMap<>();
    for (String name : List.of(DRAIN, UNDRAIN, REBALANCE)) {
      fresh.put(name, new CallOutcomes());
    }
    return fresh;
  }

  /** What was seen since the last call of this. */
  synchronized Map<String, CallOutcomes> take() {
    Map<String, CallOutcomes> seen = outcomes;
    outcomes = fresh();
    return seen;
  }

  private synchronized CallOutcomes of(String name) {
    return outcomes.computeIfAbsent(name, n -> new CallOutcomes());
  }

  private void change(long due) {
    switch (turn++ % 3) {
      case 0 -> {
        drained = nodes.get(random.nextInt(nodes.size()));
        DrainNodeRequest drain =
            DrainNodeRequest.newBuilder().setNodeId(drained).setReason("load").build();
        of(DRAIN).make(() -> connection.inventory().drainNode(drain), due);
      }
      case 1 -> {
        UndrainNodeRequest undrain = UndrainNodeRequest.newBuilder().setNodeId(drained).build();
        of(UNDRAIN).make(() -> connection.inventory().undrainNode(undrain), due);
      }
      default -> {
        RebalanceDeploymentRequest again =
            RebalanceDeploymentRequest.newBuilder().setName(LoadModel.NAME).build();
        of(REBALANCE).make(() -> connection.deployments().rebalanceDeployment(again), due);
      }
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
