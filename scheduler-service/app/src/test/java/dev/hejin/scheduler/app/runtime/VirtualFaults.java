package dev.hejin.scheduler.app.runtime;

import java.util.List;

/** What goes wrong, until {@link VirtualWorld#FAULTS_END}; what broke is mended after it. */
final class VirtualFaults {
  private final VirtualWorld world;

  VirtualFaults(VirtualWorld world) {
    this.world = world;
  }

  void strike() {
    VirtualAgent agent = world.agents.get(world.random.nextInt(world.agents.size()));
    VirtualScheduler scheduler =
        world.schedulers.get(world.random.nextInt(world.schedulers.size()));
    switch (world.random.nextInt(9)) {
      case 0 -> killScheduler(scheduler);
      case 1 -> pauseScheduler(scheduler);
      case 2 -> loseBroker();
      case 3 -> crashNode(agent);
      case 4 -> killAgent(agent);
      case 5 -> agent.cut(world.random.nextLong(12 * VirtualTime.SECOND));
      case 6 -> breakStream(agent);
      case 7 -> world.dayTime.set(scheduler.number, world.random.nextInt(7_200_000) - 3_600_000);
      default -> leaders().forEach(this::killScheduler);
    }
  }

  private List<VirtualScheduler> leaders() {
    return world.schedulers.stream().filter(VirtualScheduler::leads).toList();
  }

  private void killScheduler(VirtualScheduler victim) {
    if (victim.process.isAlive()) {
      world.crash(victim);
      world.time.after(world.random.nextLong(8 * VirtualTime.SECOND), () -> world.restart(victim));
    }
  }

  private void pauseScheduler(VirtualScheduler victim) {
    victim.process.pause();
    world.time.after(
        world.random.nextLong(2 * VirtualGroup.SESSION_MICROS), victim.process::resume);
  }

  private void loseBroker() {
    if (!world.group.isAway()) {
      world.group.away(true);
      world.time.after(
          world.random.nextLong(10 * VirtualTime.SECOND), () -> world.group.away(false));
    }
  }

  private void crashNode(VirtualAgent agent) {
    if (agent.isUp()) {
      agent.crash(world.random.nextBoolean());
      world.time.after(
          VirtualTime.SECOND + world.random.nextLong(20 * VirtualTime.SECOND), agent::start);
    }
  }

  private void killAgent(VirtualAgent agent) {
    if (agent.isUp()) {
      agent.kill();
      world.time.after(world.random.nextLong(3 * VirtualTime.SECOND), agent::start);
    }
  }

  private static void breakStream(VirtualAgent agent) {
    VirtualStream stream = agent.stream();
    if (stream != null) {
      stream.leave(false);
      agent.ended(stream, "");
    }
  }
}
