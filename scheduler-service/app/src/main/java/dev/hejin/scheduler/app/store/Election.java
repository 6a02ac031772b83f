package dev.hejin.scheduler.app.store;

import dev.hejin.scheduler.app.config.KafkaConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;

/**
 * Which scheduler leads: the member of one consumer group to which Kafka assigns the log's only
 * partition. The partition is never fetched here; the group alone is wanted.
 *
 * <p>A scheduler is a static member under its address: started again it takes its own place at once
 * and need not wait until its old self is given up. Every second the leader commits an offset,
 * which the broker takes from members of the present generation only; so each success is a lease:
 * until the session timeout after it was asked for, nobody else can have been assigned.
 *
 * <p>That two schedulers believe to lead at one moment is not excluded by this but by the
 * transactional id of {@link EventLog}: the later one fences the earlier.
 */
public final class Election implements Leadership, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Election.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CALL_LIMIT = Duration.ofSeconds(3);
  private static final long RENEW_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long RETRY_MILLIS = 1_000;

  private final KafkaConnection kafka;
  private final TopicPartition partition;
  private final Settings settings;
  private final Thread thread;
  private final ConcurrentLinkedQueue<CompletableFuture<Boolean>> questions =
      new ConcurrentLinkedQueue<>();
  private volatile boolean elected;
  private volatile boolean joined;
  private volatile boolean replaced;
  private volatile boolean stopped;
  private volatile long leaseEndNanos = System.nanoTime();
  private long renewedNanos;

  /**
   * @param group name of the group
   * @param address of this scheduler, unlike any other's
   * @param sessionTimeout a member that is silent for so long is given up
   * @param heartbeatInterval signs of life to the group's coordinator
   */
  public record Settings(
      String group, String address, Duration sessionTimeout, Duration heartbeatInterval) {}

  /**
   * @param topic of the log; must exist when the election starts
   */
  public Election(String bootstrapServers, String topic, Settings settings) {
    this(KafkaConnection.plaintext(bootstrapServers), topic, settings);
  }

  /**
   * @param topic of the log; must exist when the election starts
   */
  public Election(KafkaConnection kafka, String topic, Settings settings) {
    this.kafka = kafka;
    this.partition = new TopicPartition(topic, 0);
    this.settings = settings;
    this.thread = Thread.ofPlatform().name("hejin-election").daemon(true).unstarted(this::run);
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public boolean isElected() {
    return elected;
  }

  @Override
  public boolean isJoined() {
    return joined;
  }

  /** Whether another process with this scheduler's address has taken its place for good. */
  public boolean isReplaced() {
    return replaced;
  }

  @Override
  public boolean holdsLease() {
    return elected && System.nanoTime() - leaseEndNanos < 0;
  }

  @Override
  public boolean confirm() throws InterruptedException {
    CompletableFuture<Boolean> question = new CompletableFuture<>();
    questions.add(question);
    try {
      return question.get(2 * CALL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  private void run() {
    while (!stopped && !replaced) {
      try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(memberSettings())) {
        consumer.subscribe(List.of(partition.topic()), new Assignments(consumer));
        while (!stopped) {
          consumer.poll(POLL);
          renew(consumer);
        }
        consumer.close(
            CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(Duration.ofSeconds(1)));
      } catch (FencedInstanceIdException e) {
        replaced = true;
        LOG.errorf(
            "another scheduler has the address %s; this one never leads again"
                + "%nMaybe give each its own: HEJIN_ADVERTISED_ADDRESS=HOST:PORT.",
            settings.address());
      } catch (KafkaException e) {
        LOG.warnf("the election is joined again: %s", e.getMessage());
        pause();
      } finally {
        lose();
        answer(false);
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void renew(KafkaConsumer<byte[], byte[]> consumer) {
    if (!elected) {
      answer(false);
      return;
    }
    long now = System.nanoTime();
    if (questions.isEmpty() && now - renewedNanos < RENEW_NANOS) {
      return;
    }
    try {
      consumer.commitSync(Map.of(partition, new OffsetAndMetadata(0)), CALL_LIMIT);
      renewedNanos = now;
      // A second early, for a clock that runs a little slower than the broker's.
      leaseEndNanos = now + settings.sessionTimeout().minusSeconds(1).toNanos();
      answer(elected);
    } catch (CommitFailedException e) {
      lose();
      answer(false);
    } catch (RebalanceInProgressException | org.apache.kafka.common.errors.TimeoutException e) {
      LOG.debugf("leadership is not confirmed yet: %s", e.getMessage());
    }
  }

  private void answer(boolean leads) {
    for (CompletableFuture<Boolean> q = questions.poll(); q != null; q = questions.poll()) {
      q.complete(leads);
    }
  }

  private void lose() {
    elected = false;
    leaseEndNanos = System.nanoTime();
  }

  /** What the group says. */
  private final class Assignments implements ConsumerRebalanceListener {
    private final KafkaConsumer<byte[], byte[]> consumer;

    Assignments(KafkaConsumer<byte[], byte[]> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      joined = true;
      if (!partitions.isEmpty()) {
        consumer.pause(partitions);
        renewedNanos = System.nanoTime() - RENEW_NANOS;
        elected = true;
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      if (!partitions.isEmpty()) {
        lose();
      }
    }
  }

  private Map<String, Object> memberSettings() {
    return kafka.with(
        Map.ofEntries(
            Map.entry(ConsumerConfig.GROUP_ID_CONFIG, settings.group()),
            Map.entry(
                ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
                settings.address().replaceAll("[^a-zA-Z0-9._-]", "_")),
            Map.entry(ConsumerConfig.CLIENT_ID_CONFIG, "hejin-election"),
            Map.entry(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName()),
            Map.entry(
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                (int) settings.sessionTimeout().toMillis()),
            Map.entry(
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                (int) settings.heartbeatInterval().toMillis()),
            Map.entry(
                ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                (int) settings.sessionTimeout().multipliedBy(2).toMillis()),
            Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
            Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest"),
            Map.entry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false),
            Map.entry(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500L),
            Map.entry(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class),
            Map.entry(
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class)));
  }

  /** Leaves the group, so that another is elected at once. */
  @Override
  public void close() {
    stopped = true;
    if (!thread.isAlive()) {
      return;
    }
    try {
      thread.join(2_500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
