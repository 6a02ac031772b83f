package dev.hejin.lab.control;

import dev.hejin.scheduler.detect.ChangeGate;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.Plan;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The plan in force, and how far its service is on the way to it. */
final class Changeover {
  /** A change that nothing moves for so long is blocked. */
  private static final double BLOCKED_SECONDS = 15;

  private final String service;
  private final LiveService live;
  private final Holdings holdings;
  private final ToLongFunction<Shard> shardBytes;
  private final ControlLog log;
  private MigrationRun migration;
  private ChangeGate gate = new ChangeGate();
  private ExpertLoad plannedLoad;
  private double progressSeconds;
  private double settledSeconds;

  /** The plan before the one that is being changed to. */
  private @Nullable Plan before;

  /**
   * @param first plan, which all devices hold already
   * @param load that it was made for
   */
  Changeover(
      String service,
      LiveService live,
      Holdings holdings,
      ToLongFunction<Shard> shardBytes,
      ControlLog log,
      Plan first,
      ExpertLoad load) {
    this.service = service;
    this.live = live;
    this.holdings = holdings;
    this.shardBytes = shardBytes;
    this.log = log;
    this.migration = new MigrationRun(first, shardBytes);
    this.plannedLoad = load;
    holdings.fill(migration.target());
  }

  Plan plan() {
    return migration.plan();
  }

  /** The load that the plan was made for. */
  ExpertLoad plannedLoad() {
    return plannedLoad;
  }

  MigrationRun migration() {
    return migration;
  }

  /** Whether nothing has been on its way for some time. */
  boolean isSettled(double now, double seconds) {
    return !migration.isRunning() && now - settledSeconds >= seconds;
  }

  /**
   * Whether the plan falls short of its promise, seen for long enough.
   *
   * @param reached tokens a second
   * @param threshold share of the promise that is enough
   */
  boolean fallsShort(double reached, double threshold) {
    return gate.opens(reached, plan().prediction().tokensPerSecond(), threshold);
  }

  /** Begins with the first plan. */
  void start(double now) {
    log.event(now, "plan", describe("first plan", plan()));
    live.serveAnew(now, migration);
  }

  /** Changes to another plan from now on. */
  void adopt(double now, Plan next, ExpertLoad load, String reason) {
    log.event(now, "plan", describe(reason, next));
    before = plan();
    progressSeconds = now;
    plannedLoad = load;
    migration = new MigrationRun(next, shardBytes);
    migration.begin();
    gate = new ChangeGate();
    log.moving(true);
  }

  /** Lets loads go on for some time, and does what can be done then. */
  void advance(double now, double sinceSeconds, Set<String> believed) {
    if (!migration.isRunning()) {
      return;
    }
    boolean arrived = holdings.load(sinceSeconds);
    if (arrived || !holdings.isLoading()) {
      boolean changed = migration.step(holdings, believed, live.isUnserved());
      if (changed || live.isStalled()) {
        live.serve(now, migration, believed);
      }
      if (arrived || changed || holdings.isLoading()) {
        progressSeconds = now;
      }
    }
    if (migration.isRunning() && now - progressSeconds >= BLOCKED_SECONDS) {
      giveUp(now);
    }
    live.shareNetworks();
    if (!migration.isRunning()) {
      log.moving(false);
      settledSeconds = now;
      log.event(now, "migration", "the change of " + service + " is done");
    }
  }

  /** Full devices block the change: back to the plan before, and no further when that fails too. */
  private void giveUp(double now) {
    Plan back = before;
    if (back == null) {
      migration.end();
      log.event(now, "migration", "the change of " + service + " is blocked and stays so");
    } else {
      adopt(now, back, plannedLoad, "full devices block the change");
      before = null;
    }
  }

  private String describe(String reason, Plan of) {
    return String.format(
        Locale.ROOT,
        "%s: %s in %d stages, predicted %.0f tokens/s",
        service,
        reason,
        of.placement().stages().size(),
        of.prediction().tokensPerSecond());
  }
}
