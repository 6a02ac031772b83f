package dev.hejin.scheduler.simulation;

import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.LeaderEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * Several schedulers, callers and agents on a virtual clock and network, from one seed: schedulers
 * crash, stand still for longer than their session, lose answers of the broker or write late;
 * messages are lost, doubled, late and out of order; wall clocks jump. Checked at each step: every
 * state is the fold of the log; no request is made twice; nobody else leads while a lease holds;
 * agents obey no leader that was replaced and nothing that is not committed. In the end every
 * request was answered and all schedulers agree.
 */
public final class ControlPlaneSimulation {
  private static final long MILLI = 1_000;
  private static final long SESSION = 6_000 * MILLI;
  private static final long FAULTS_END = 60_000 * MILLI;
  private static final long END = 120_000 * MILLI;
  private static final long PERIOD = 500 * MILLI;

  private final Random random;
  private final VirtualClock clock = new VirtualClock();
  private final VirtualLog log = new VirtualLog();
  private final VirtualGroup group = new VirtualGroup(SESSION);
  private final List<VirtualReplica> replicas = new ArrayList<>();
  private final SmallCommands commands;

  /** Highest term that each agent has seen. */
  private final TreeMap<Integer, Long> agents = new TreeMap<>();

  private final TreeMap<String, Command> open = new TreeMap<>();
  private long wallOffsetMillis;
  private int made;
  private int refused;
  private long orders;
  private long disobeyed;

  private ControlPlaneSimulation(long seed) {
    this.random = new Random(seed);
    this.commands = new SmallCommands(random);
    int count = 2 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      replicas.add(new VirtualReplica(i, log, SESSION));
    }
    for (int i = 0; i < 3; i++) {
      agents.put(i, 0L);
    }
  }

  /**
   * What a run came to.
   *
   * @param revision of the log
   * @param terms leaders, one after the other
   * @param made requests that changed something or were found to change nothing
   * @param refused requests that the state machine refused
   * @param orders that agents obeyed
   * @param disobeyed orders of leaders that were replaced
   */
  public record Result(
      long revision, long terms, int made, int refused, long orders, long disobeyed) {}

  /** Runs to the end. */
  public static Result run(long seed) {
    return new ControlPlaneSimulation(seed).run();
  }

  private Result run() {
    replicas.forEach(replica -> live(replica, replica.run));
    for (int i = 0; i < 12; i++) {
      clock.after(random.nextLong(FAULTS_END), this::fault);
    }
    for (int i = 0; i < 60; i++) {
      String id = "r" + i;
      clock.after(random.nextLong(FAULTS_END), () -> ask(id));
    }
    while (clock.step()) {
      checkLeases();
    }
    finish();
    return new Result(
        log.revision(),
        log.reference().leader().map(LeaderEntry::term).orElse(0L),
        made,
        refused,
        orders,
        disobeyed);
  }

  private void finish() {
    if (!open.isEmpty()) {
      throw new AssertionError("never answered: " + open.keySet());
    }
    for (VirtualReplica replica : replicas) {
      if (replica.state.revision() != log.revision()) {
        throw new AssertionError(
            replica.address() + " ends at revision " + replica.state.revision());
      }
      log.check(replica.state);
    }
  }

  /** Two schedulers that may act at one moment would both give orders. */
  private void checkLeases() {
    List<String> acting =
        replicas.stream()
            .filter(replica -> replica.up && replica.mayAct(clock.nowMicros()))
            .map(VirtualReplica::address)
            .toList();
    if (acting.size() > 1) {
      throw new AssertionError("these may act at one moment: " + acting);
    }
  }

  private long wallMillis() {
    return clock.nowMicros() / MILLI + wallOffsetMillis;
  }

  // Schedulers.

  /** Does something on a scheduler, later when it stands still, never when it has crashed. */
  private void on(VirtualReplica replica, int run, Runnable task) {
    if (replica.run != run || !replica.up) {
      return;
    }
    if (replica.paused) {
      replica.waiting.add(task);
    } else {
      task.run();
    }
  }

  private void live(VirtualReplica replica, int run) {
    on(
        replica,
        run,
        () -> {
          beat(replica, run);
          replica.step(clock.nowMicros(), wallMillis());
          command(replica, run);
          if (clock.nowMicros() < END) {
            clock.after(PERIOD + random.nextLong(100 * MILLI), () -> live(replica, run));
          }
        });
  }

  private void beat(VirtualReplica replica, int run) {
    long sent = clock.nowMicros();
    if (isLost()) {
      return;
    }
    clock.after(
        delay(),
        () -> {
          boolean owns = group.beat(replica.number, clock.nowMicros());
          clock.after(delay(), () -> on(replica, run, () -> replica.told(owns, sent)));
        });
  }

  /** A leader tells agents about the newest epochs. */
  private void command(VirtualReplica replica, int run) {
    if (!replica.mayAct(clock.nowMicros())) {
      return;
    }
    for (DeploymentEntry entry : replica.state.deployments().values()) {
      for (int agent : agents.keySet()) {
        order(agent, replica.term(), entry.spec().name(), entry.epoch());
        // A task that was begun before the scheduler stood still goes on after it.
        if (random.nextInt(4) == 0) {
          long term = replica.term();
          clock.after(
              random.nextLong(20 * MILLI),
              () -> on(replica, run, () -> order(agent, term, entry.spec().name(), entry.epoch())));
        }
      }
    }
  }

  private void order(int agent, long term, String deployment, long epoch) {
    for (int copy = isDoubled() ? 2 : 1; copy > 0; copy--) {
      if (!isLost()) {
        clock.after(delay(), () -> obey(agent, term, deployment, epoch));
      }
    }
  }

  private void obey(int agent, long term, String deployment, long epoch) {
    long highest = agents.getOrDefault(agent, 0L);
    if (term < highest) {
      disobeyed++;
      return;
    }
    agents.put(agent, term);
    orders++;
    DeploymentEntry known = log.reference().deployments().get(deployment);
    if (known != null && known.epoch() < epoch) {
      throw new AssertionError(
          "agent "
              + agent
              + " is told of epoch "
              + epoch
              + " of "
              + deployment
              + ", which is not committed");
    }
  }

  // Callers.

  private void ask(String id) {
    Command command = open.get(id);
    if (command == null) {
      command = commands.next(log.reference());
      open.put(id, command);
    }
    Command wanted = command;
    VirtualReplica asked = replicas.get(random.nextInt(replicas.size()));
    int run = asked.run;
    if (!isLost()) {
      clock.after(delay(), () -> on(asked, run, () -> serve(asked, wanted, id)));
      if (isDoubled()) {
        clock.after(delay(), () -> on(asked, run, () -> serve(asked, wanted, id)));
      }
    }
    clock.after(
        1_000 * MILLI + random.nextLong(500 * MILLI),
        () -> {
          if (open.containsKey(id) && clock.nowMicros() < END) {
            ask(id);
          }
        });
  }

  private void serve(VirtualReplica replica, Command command, String id) {
    long before = log.revision();
    VirtualReplica.Outcome outcome =
        replica.commit(
            command,
            id,
            clock.nowMicros(),
            wallMillis(),
            fate(),
            write -> clock.after(random.nextLong(2 * SESSION), write));
    if (outcome == VirtualReplica.Outcome.UNAVAILABLE) {
      return;
    }
    if (outcome == VirtualReplica.Outcome.DONE
        && log.revision() > before
        && log.answered(id) == null) {
      throw new AssertionError(id + " changed something and is not remembered");
    }
    if (!isLost()) {
      clock.after(delay(), () -> answered(id, outcome));
    }
  }

  private VirtualReplica.Fate fate() {
    int draw = isFaulty() ? random.nextInt(20) : 2;
    return draw == 0
        ? VirtualReplica.Fate.UNCONFIRMED
        : draw == 1 ? VirtualReplica.Fate.LATE : VirtualReplica.Fate.CONFIRMED;
  }

  private void answered(String id, VirtualReplica.Outcome outcome) {
    if (open.remove(id) != null) {
      made += outcome == VirtualReplica.Outcome.DONE ? 1 : 0;
      refused += outcome == VirtualReplica.Outcome.REFUSED ? 1 : 0;
    }
  }

  // Faults.

  private boolean isFaulty() {
    return clock.nowMicros() < FAULTS_END;
  }

  private boolean isLost() {
    return isFaulty() && random.nextInt(20) == 0;
  }

  private boolean isDoubled() {
    return isFaulty() && random.nextInt(20) == 0;
  }

  private long delay() {
    return random.nextInt(50) == 0 && isFaulty()
        ? random.nextLong(2_000 * MILLI)
        : MILLI + random.nextLong(30 * MILLI);
  }

  private void fault() {
    VirtualReplica victim = replicas.get(random.nextInt(replicas.size()));
    switch (random.nextInt(4)) {
      case 0 -> {
        if (victim.up) {
          victim.crash();
          clock.after(
              random.nextLong(8_000 * MILLI),
              () -> {
                victim.up = true;
                live(victim, victim.run);
              });
        }
      }
      case 1, 2 -> pause(victim);
      default -> wallOffsetMillis += random.nextLong(7_200_000) - 3_600_000;
    }
  }

  private void pause(VirtualReplica victim) {
    int run = victim.run;
    victim.paused = victim.up;
    clock.after(
        random.nextLong(2 * SESSION),
        () -> {
          if (victim.run == run && victim.paused) {
            victim.paused = false;
            List<Runnable> tasks = new ArrayList<>(victim.waiting);
            victim.waiting.clear();
            java.util.Collections.shuffle(tasks, random);
            tasks.forEach(task -> on(victim, run, task));
          }
        });
  }
}
