package dev.hejin.scheduler.app.runtime;

import dev.hejin.agent.model.HeldState;
import dev.hejin.agent.reconcile.EnginePort;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.port.DirectiveOrder;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.Event;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.DeviceTarget;
import dev.hejin.scheduler.plan.MigrationTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLongArray;

/** Schedulers, agents and the broker of one run, and what must hold of them at every moment. */
final class VirtualWorld {
  static final long FAULTS_END = 60 * VirtualTime.SECOND;
  private static final int MOST_SCHEDULERS = 3;

  /** Whatever happened so long ago is known to whoever is connected. */
  private static final long NEWS_MICROS = 3 * VirtualTime.SECOND;

  private static final long SETTLED_MICROS = 20 * VirtualTime.SECOND;

  final VirtualTime time = new VirtualTime();
  final Random random;
  final VirtualTruth truth = new VirtualTruth();
  final VirtualGroup group = new VirtualGroup(time);
  final VirtualRecords records;
  final List<VirtualScheduler> schedulers = new ArrayList<>();
  final List<VirtualAgent> agents = new ArrayList<>();
  final VirtualTally tally = new VirtualTally();

  /** By how many milliseconds each scheduler's time of day is wrong. */
  final AtomicLongArray dayTime = new AtomicLongArray(MOST_SCHEDULERS);

  private final SchedulerConfig config;
  private int losses;
  private long disturbedMicros;

  VirtualWorld(long seed, SchedulerConfig config) {
    this.random = new Random(seed);
    this.config = config;
    this.records = new VirtualRecords(time, this::fate, group::isAway, this::committed);
    int count = MOST_SCHEDULERS - random.nextInt(2);
    for (int i = 0; i < count; i++) {
      schedulers.add(scheduler(i));
    }
    VirtualModel.nodes(random).forEach(node -> agents.add(new VirtualAgent(this, node)));
  }

  private VirtualScheduler scheduler(int number) {
    return new VirtualScheduler(
        number, config, time, random, records.handle(), group.new Member(number), dayTime);
  }

  void start() {
    schedulers.forEach(VirtualScheduler::start);
    agents.forEach(VirtualAgent::start);
  }

  /** The scheduler of that address, any one for none. */
  VirtualScheduler scheduler(String address) {
    return schedulers.stream()
        .filter(scheduler -> scheduler.address().equals(address))
        .findFirst()
        .orElseGet(() -> schedulers.get(random.nextInt(schedulers.size())));
  }

  void crash(VirtualScheduler victim) {
    victim.process.kill();
    agents.stream()
        .map(VirtualAgent::stream)
        .filter(stream -> stream != null && stream.scheduler() == victim)
        .forEach(VirtualStream::reset);
  }

  void restart(VirtualScheduler victim) {
    VirtualScheduler next = scheduler(victim.number);
    schedulers.set(victim.number, next);
    next.start();
  }

  // Chance.

  boolean isFaulty() {
    return time.nowMicros() < FAULTS_END;
  }

  boolean isDoubled() {
    return isFaulty() && random.nextInt(20) == 0;
  }

  boolean isLost() {
    return isFaulty() && random.nextInt(20) == 0;
  }

  long delay() {
    return isFaulty() && random.nextInt(50) == 0
        ? random.nextLong(2 * VirtualTime.SECOND)
        : VirtualTime.MILLI + random.nextLong(30 * VirtualTime.MILLI);
  }

  /** When a message that is sent now arrives: not before the cut is over. */
  long arrival(VirtualAgent agent) {
    return Math.max(time.nowMicros(), agent.cutUntilMicros()) + delay();
  }

  private VirtualRecords.Fate fate() {
    int draw = isFaulty() ? random.nextInt(40) : 3;
    return switch (draw) {
      case 0 -> VirtualRecords.Fate.FAILED;
      case 1 -> VirtualRecords.Fate.UNCONFIRMED;
      case 2 -> VirtualRecords.Fate.LATE;
      default -> VirtualRecords.Fate.CONFIRMED;
    };
  }

  EnginePort.Outcome engineOutcome() {
    return isFaulty() && random.nextInt(200) == 0
        ? new EnginePort.Outcome("the engine failed", random.nextBoolean())
        : EnginePort.Outcome.DONE;
  }

  // What must hold.

  int losses() {
    return losses;
  }

  /** Two schedulers that may act at one moment would both give orders. */
  void checkLeases() {
    List<String> leading =
        schedulers.stream().filter(VirtualScheduler::leads).map(VirtualScheduler::address).toList();
    if (leading.size() > 1) {
      throw time.broken("these may act at one moment: " + leading);
    }
  }

  void sent(VirtualScheduler by, DirectiveOrder order) {
    tally.orders++;
    if (!by.leads()) {
      throw time.broken(by.address() + " gives orders and does not lead");
    }
    long committed =
        records.reference().deployment(order.deployment()).map(DeploymentEntry::epoch).orElse(0L);
    long epoch = order.deploymentEntry().map(DeploymentEntry::epoch).orElse(0L);
    if (epoch > committed && records.reference().deployment(order.deployment()).isPresent()) {
      throw time.broken(
          "an order of epoch " + epoch + " of " + order.deployment() + ", which is not committed");
    }
  }

  /** Whether a scheduler hears of every device, and all of a deployment is served. */
  boolean isSound(VirtualScheduler scheduler, String deployment) {
    return time.nowMicros() - disturbedMicros > NEWS_MICROS
        && agents.stream().allMatch(agent -> hears(scheduler, agent))
        && isWhole(deployment);
  }

  private boolean isWhole(String deployment) {
    return records
        .reference()
        .deployment(deployment)
        .filter(entry -> !entry.deleting())
        .map(entry -> truth.isWhole(deployment, entry.spec().model()))
        .orElse(false);
  }

  private static boolean hears(VirtualScheduler scheduler, VirtualAgent agent) {
    VirtualStream stream = agent.stream();
    return agent.isUp()
        && stream != null
        && stream.term > 0
        && !stream.isOver()
        && stream.scheduler() == scheduler;
  }

  /** Orders took effect on a device. */
  void changed(String deviceId, List<HeldState> held, List<VirtualOrder> done, boolean failed) {
    List<VirtualTruth.Unit> gone = truth.now(deviceId, held);
    if (failed) {
      loss();
    }
    for (VirtualTruth.Unit unit : gone) {
      boolean planned =
          !failed
              && done.stream()
                  .filter(order -> order.directive().deploymentId().equals(unit.deployment()))
                  .allMatch(order -> order.sound() && order.losses() == losses);
      boolean wanted =
          records
              .reference()
              .deployment(unit.deployment())
              .filter(entry -> !entry.deleting())
              .isPresent();
      if (planned && wanted) {
        throw time.broken(
            "nobody serves "
                + unit
                + " after "
                + done.stream().map(VirtualOrder::directive).toList());
      }
    }
  }

  /** A device changed by itself. */
  void lost(String deviceId, List<HeldState> held) {
    truth.now(deviceId, held);
    loss();
  }

  private void loss() {
    losses++;
    disturbedUntil(time.nowMicros());
  }

  /** Until then schedulers may not know what devices hold. */
  void disturbedUntil(long micros) {
    disturbedMicros = Math.max(disturbedMicros, micros);
  }

  private boolean isSettled() {
    return time.nowMicros() - disturbedMicros > SETTLED_MICROS;
  }

  void refused(String node, String reason) {
    tally.refusedOrders++;
    // What one deployment has yet to give back, another may have been promised.
    boolean alone = records.reference().deployments().size() < 2;
    if (!reason.startsWith("the engine failed") && alone && isSettled()) {
      throw time.broken(node + " refuses an order: " + reason);
    }
  }

  private void committed(Event event) {
    switch (event) {
      case Event.LeaderElected elected -> tally.leaders++;
      case Event.PlanAdopted adopted -> tally.plans++;
      case Event.EpochActivated activated -> {
        tally.activations++;
        if (isSettled()) {
          checkReached(activated.deployment());
        }
      }
      case Event.DeploymentDeleted deleted -> tally.deletions++;
      case Event.NodeLost lost -> tally.nodesLost++;
      default -> {}
    }
  }

  /** Devices hold what the plan in force wants, no more and no less. */
  void checkReached(String deployment) {
    DeploymentEntry entry = records.reference().deployment(deployment).orElseThrow();
    MigrationTarget target = MigrationTarget.of(entry.targetPlan().orElseThrow().placement());
    for (VirtualAgent agent : agents) {
      for (String device : agent.devices()) {
        TreeSet<Shard> held = new TreeSet<>();
        for (HeldState state : agent.held(device)) {
          if (state.deploymentId().equals(deployment)) {
            state.shards().forEach(shard -> held.add(VirtualAgent.shard(shard.key())));
          }
        }
        DeviceTarget wanted = target.devices().get(device);
        if (wanted == null ? !held.isEmpty() : !held.equals(wanted.shards())) {
          throw time.broken(
              device + " holds " + held + " of " + deployment + ", the plan wants " + wanted);
        }
      }
    }
    if (!isWhole(deployment)) {
      throw time.broken("not all of " + deployment + " is served in epoch " + entry.epoch());
    }
  }
}
