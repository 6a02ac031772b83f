package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.store.RecordLog;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLongArray;

/** One run of one scheduler: all that a real one is made of, but for Kafka, gRPC and threads. */
final class VirtualScheduler {
  private static final long TICK_MICROS = 200 * VirtualTime.MILLI;
  private static final long BEAT_MICROS = 500 * VirtualTime.MILLI;
  private static final long PULSE_MICROS = VirtualTime.SECOND;

  final int number;
  final VirtualProcess process;
  final ControlLoop loop;
  final Committer committer;
  final Core core;
  final Registrations registrations;
  private final VirtualTime time;
  private final Random random;
  private final VirtualGroup.Member member;
  private final VirtualProcess.Lane election;
  private final VirtualProcess.Lane follower;
  private final LogReplica replica;

  /**
   * @param dayTime by how many milliseconds each scheduler's time of day is wrong
   */
  VirtualScheduler(
      int number,
      SchedulerConfig config,
      VirtualTime time,
      Random random,
      RecordLog log,
      VirtualGroup.Member member,
      AtomicLongArray dayTime) {
    this.number = number;
    this.time = time;
    this.random = random;
    this.member = member;
    this.process = new VirtualProcess(time);
    this.election = process.lane(() -> 0);
    this.follower = process.lane(() -> 0);
    this.loop = new ControlLoop(process.lane(() -> 0));
    Workers atOnce = name -> process.lane(() -> 0);
    Workers slow = name -> process.lane(() -> VirtualTime.MILLI * (1 + random.nextInt(300)));
    this.committer =
        new Committer(
            log,
            new MovedClock(() -> time.steadyMillis() + dayTime.get(number)),
            loop,
            config.log(),
            address(),
            member::holdsLease,
            atOnce);
    this.core =
        new Core(
            config, new MovedClock(time::steadyMillis), committer, new PlannerWorker(slow), loop);
    this.registrations = new Registrations(loop, core.agents()::register);
    this.replica = new LogReplica(() -> {}, log, member, loop, committer, new Roles());
  }

  String address() {
    return address(number);
  }

  static String address(int number) {
    return "s" + number + ":7171";
  }

  boolean leads() {
    return process.isRunning() && committer.isAvailable();
  }

  void start() {
    beat();
    keepUp();
    tick();
  }

  private void beat() {
    if (!process.isAlive()) {
      return;
    }
    election.execute(
        () -> {
          if (random.nextInt(20) > 0) {
            member.beat(election, VirtualTime.MILLI * random.nextInt(30), VirtualTime.MILLI);
          }
          time.after(BEAT_MICROS, this::beat);
        });
  }

  private void keepUp() {
    follower.execute(
        () -> {
          long millis;
          try {
            millis = replica.turn();
          } catch (LogReplica.CancelledException e) {
            return;
          }
          time.after(VirtualTime.MILLI * (millis + 10 + random.nextInt(100)), this::keepUp);
        });
  }

  private void tick() {
    loop.post(
        () -> {
          time.after(TICK_MICROS, this::tick);
          core.tick();
        });
  }

  /** What agents hear when there is nothing else; ends with the process. */
  void pulses(VirtualStream stream) {
    if (process.isAlive() && !stream.isOver()) {
      if (process.isRunning()) {
        stream.pulse();
      }
      time.after(PULSE_MICROS, () -> pulses(stream));
    }
  }

  /** What {@link SchedulerRuntime} does when it comes to lead, without telemetry. */
  private final class Roles implements LogReplica.Listener {
    @Override
    public void leading() {
      core.leading();
    }

    @Override
    public void following(boolean caughtUp) {
      core.following();
    }
  }
}
