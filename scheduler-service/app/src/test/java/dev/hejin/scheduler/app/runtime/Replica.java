package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.port.Standing;
import dev.hejin.scheduler.app.store.Election;
import dev.hejin.scheduler.app.store.EventLog;
import dev.hejin.scheduler.app.store.Topics;
import dev.hejin.scheduler.lifecycle.Command;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** A scheduler's state, log and election, without agents. */
final class Replica implements AutoCloseable {
  private static final long LIMIT_MILLIS = 60_000;

  final ControlLoop loop = new ControlLoop();
  final Committer committer;
  final Election election;
  final LogReplica replica;
  final CompletableFuture<Boolean> led = new CompletableFuture<>();

  Replica(SchedulerConfig config, String address) {
    EventLog log = new EventLog(config.kafkaBootstrapServers(), config.topics().event());
    election =
        new Election(
            config.kafkaBootstrapServers(),
            config.topics().event(),
            new Election.Settings(
                config.election().group(),
                address,
                config.election().sessionTimeout(),
                config.election().heartbeatInterval()));
    committer =
        new Committer(
            log,
            Clock.systemUTC(),
            loop,
            config.log(),
            address,
            election::holdsLease,
            Workers.THREADS);
    replica =
        new LogReplica(
            () -> Topics.ensure(config),
            log,
            election,
            loop,
            committer,
            new LogReplica.Listener() {
              @Override
              public void leading() {
                led.complete(true);
              }

              @Override
              public void following(boolean caughtUp) {}
            });
  }

  Replica start() {
    replica.start();
    return this;
  }

  Standing standing() throws Exception {
    return loop.read(committer::standing).get();
  }

  /** Waits until this scheduler stands as wanted. */
  Standing await(Predicate<Standing> wanted) throws Exception {
    long end = System.nanoTime() + LIMIT_MILLIS * 1_000_000;
    while (System.nanoTime() < end) {
      Standing now = standing();
      if (wanted.test(now)) {
        return now;
      }
      Thread.sleep(20);
    }
    throw new AssertionError("it stands otherwise: " + standing());
  }

  long commit(Command command, String requestId) throws Exception {
    return loop.call(() -> committer.commit(command, requestId)).get();
  }

  @Override
  public void close() {
    replica.stop();
    election.close();
    loop.close();
    committer.close();
  }
}
