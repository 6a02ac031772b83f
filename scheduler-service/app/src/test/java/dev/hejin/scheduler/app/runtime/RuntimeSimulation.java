package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.config.SampleConfig;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import java.util.Map;

/**
 * The control plane as it runs, on virtual time and from one seed: the real loop, log replica,
 * committer, codecs, planner, reconciler, migrations and detectors of several schedulers, the real
 * books and queues of agents; only Kafka, gRPC and threads are simulated. Processes crash and stand
 * still, the broker goes away, nodes lose their memory or their network, streams break, writes and
 * messages are lost, late, doubled or out of order.
 *
 * <p>Checked on the way: one scheduler at most may act; what is written follows on what was
 * written, and no request is made twice; orders are of committed epochs and come from who leads;
 * agents obey no leader that was replaced; no planned order takes the last replica of anything;
 * devices refuse nothing once things are calm; an epoch that is called active is. In the end every
 * request is answered, all schedulers have one state, and devices hold what it wants, no more and
 * no less.
 */
final class RuntimeSimulation {
  private static final long CALM = VirtualWorld.FAULTS_END + 25 * VirtualTime.SECOND;
  private static final long END = CALM + 75 * VirtualTime.SECOND;
  private static final int MOST_EVENTS = 4_000_000;
  private static final SchedulerConfig CONFIG =
      SampleConfig.of(
          "unused:1",
          Map.of(
              "hejin.log.snapshot-events", "25",
              "hejin.rebalance.rehearsals", "0",
              "hejin.rebalance.repair-from-devices", "8"));

  private final VirtualWorld world;
  private final VirtualCallers callers;
  private final VirtualFaults faults;

  private RuntimeSimulation(long seed) {
    world = new VirtualWorld(seed, CONFIG);
    callers = new VirtualCallers(world);
    faults = new VirtualFaults(world);
  }

  /** Runs to the end. */
  static VirtualTally run(long seed) {
    return new RuntimeSimulation(seed).run();
  }

  private VirtualTally run() {
    world.start();
    world.time.after(5 * VirtualTime.SECOND, () -> callers.create("d0"));
    for (int i = 0; i < 8; i++) {
      world.time.after(world.random.nextLong(VirtualWorld.FAULTS_END), faults::strike);
    }
    for (int i = 0; i < 25; i++) {
      world.time.after(world.random.nextLong(VirtualWorld.FAULTS_END), callers::askAnything);
    }
    world.time.after(CALM, this::settle);
    callers.observe();
    for (int events = 0; world.time.nowMicros() < END; events++) {
      if (!world.time.step() || events > MOST_EVENTS) {
        throw new AssertionError("no end after " + events + " events");
      }
      world.checkLeases();
    }
    finish();
    world.tally.revision = world.records.reference().revision();
    return world.tally;
  }

  /** Whatever operators had begun is undone. */
  private void settle() {
    world.agents.forEach(agent -> callers.undrain(agent.nodeId()));
    world.records.reference().deployments().keySet().forEach(callers::resume);
  }

  private void finish() {
    if (!callers.isAnswered()) {
      throw new AssertionError("never answered: " + callers.open());
    }
    for (VirtualScheduler scheduler : world.schedulers) {
      if (!scheduler.committer.state().snapshot().equals(world.records.reference().snapshot())) {
        throw new AssertionError(
            scheduler.address()
                + " ends at revision "
                + scheduler.committer.state().revision()
                + " of "
                + world.records.reference().revision());
      }
    }
    for (DeploymentEntry entry : world.records.reference().deployments().values()) {
      if (entry.deleting() || !entry.active()) {
        throw new AssertionError(
            entry.spec().name()
                + " ends "
                + (entry.deleting() ? "while it is being deleted" : "before epoch " + entry.epoch())
                + "; blocked: "
                + entry.blockedReason());
      }
      world.checkReached(entry.spec().name());
    }
  }
}
