package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.client.SchedulerConnection;
import dev.hejin.proto.deployment.v1.GetDeploymentRequest;
import dev.hejin.proto.event.v1.EventRecord;
import dev.hejin.proto.inventory.v1.DrainNodeRequest;
import dev.hejin.proto.inventory.v1.UndrainNodeRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * A program outside that calls all the time: it reads, and makes one change after the other to a
 * node that is in no plan. A change that is not answered is asked for again under its id, as the
 * interface tells callers to do.
 */
final class Caller implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(150);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Set<Status.Code> AGAIN =
      EnumSet.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);

  private final SchedulerConnection connection;
  private final String deployment;
  private final String prefix;
  private final boolean wasDrained;
  private final Thread thread;
  private final List<String> answered = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private double longestReadSeconds;
  private double longestChangeSeconds;
  private volatile boolean ended;

  /**
   * @param prefix of the ids of its changes
   * @param isDrained whether the node that it changes is drained now
   */
  Caller(SchedulerConnection connection, String deployment, String prefix, boolean isDrained) {
    this.connection = connection;
    this.deployment = deployment;
    this.prefix = prefix;
    this.wasDrained = isDrained;
    this.thread = Thread.ofPlatform().daemon().name("caller").unstarted(this::run);
    thread.start();
  }

  private void run() {
    try {
      while (!ended) {
        longestReadSeconds = Math.max(longestReadSeconds, insist("read", this::read));
        String id = prefix + "-" + answeredCount();
        longestChangeSeconds = Math.max(longestChangeSeconds, insist(id, () -> change(id)));
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long read() {
    return connection
        .deployments()
        .getDeployment(GetDeploymentRequest.newBuilder().setName(deployment).build())
        .getRevision();
  }

  private long change(String id) {
    boolean drain = !isDrained();
    String node = ContainerCluster.GONE;
    long revision =
        drain
            ? connection
                .inventory()
                .drainNode(DrainNodeRequest.newBuilder().setNodeId(node).setRequestId(id).build())
                .getRevision()
            : connection
                .inventory()
                .undrainNode(
                    UndrainNodeRequest.newBuilder().setNodeId(node).setRequestId(id).build())
                .getRevision();
    synchronized (answered) {
      answered.add(id);
    }
    return revision;
  }

  /** Calls until there is an answer; the seconds that it took. */
  private double insist(String what, LongSupplier call) throws InterruptedException {
    long begin = System.nanoTime();
    while (true) {
      try {
        assertThat(call.getAsLong()).as("revision").isPositive();
        return (System.nanoTime() - begin) / 1e9;
      } catch (StatusRuntimeException e) {
        if (!AGAIN.contains(e.getStatus().getCode())
            || System.nanoTime() - begin > PATIENCE.toNanos()) {
          synchronized (answered) {
            failures.add(what + ": " + e.getStatus());
          }
          ended = true;
          return (System.nanoTime() - begin) / 1e9;
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  private int answeredCount() {
    synchronized (answered) {
      return answered.size();
    }
  }

  /** Whether the node is drained after all changes so far. */
  boolean isDrained() {
    return wasDrained ^ (answeredCount() % 2 != 0);
  }

  /** Waits until it has had so many more answers. */
  void awaitAnswers(int count) throws InterruptedException {
    int goal = answeredCount() + count;
    Await.until(
        count + " more changes of a caller are answered",
        PATIENCE,
        () -> ended || answeredCount() >= goal);
  }

  /** Ends it, and checks that each of its changes was made, once, in its order. */
  void assertNothingLost(RunningCluster cluster) throws InterruptedException {
    ended = true;
    thread.join(PATIENCE);
    assertThat(thread.isAlive()).as("the caller still waits").isFalse();
    assertThat(failures).as("calls that failed").isEmpty();
    CommittedEvents log = CommittedEvents.of(cluster);
    assertThat(
            log.events().stream()
                .filter(EventRecord::hasRequestAnswered)
                .map(record -> record.getRequestAnswered().getRequestId())
                .filter(id -> id.startsWith(prefix + "-")))
        .as("changes in the event log")
        .isNotEmpty()
        .containsExactlyElementsOf(answered);
    System.out.printf(
        "%s: %d changes, each committed once; longest wait for an answer: read %.1f s, change"
            + " %.1f s%n",
        prefix, answered.size(), longestReadSeconds, longestChangeSeconds);
  }

  @Override
  public void close() {
    ended = true;
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
