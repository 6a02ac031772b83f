package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.codec.ViewCodec;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.observe.LogFields;
import dev.hejin.scheduler.app.observe.Meters;
import dev.hejin.scheduler.app.port.RejectedException;
import dev.hejin.scheduler.detect.ChangeGate;
import dev.hejin.scheduler.detect.LoadDrift;
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.Decision;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.lifecycle.PlanEntry;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.Health;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.plan.Payback;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.planner.Evaluation;
import dev.hejin.scheduler.planner.PlanRequest;
import dev.hejin.scheduler.planner.PlanResult;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.ToLongFunction;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks whether there is a better plan: after the pool changed, when load drifts, when a device is
 * slower than its peers. A plan that uses devices that are gone is always replaced; any other only
 * when the plan in force reaches less than the deployment's gain threshold of what the new one
 * would, and not before the cooldown since the last activation is over.
 */
final class Rebalancer {
  private static final Logger LOG = Logger.getLogger(Rebalancer.class);

  private final SchedulerConfig.Rebalance settings;
  private final Committer committer;
  private final PlannerWorker planner;
  private final ControlLoop loop;
  private final Observer observer;
  private final SpeedWatch speeds;
  private final Creation creation;
  private final AsideWatch aside;
  private final Repairs repairs;
  private final Runnable onChange;

  /** Plans that are being made; their outcome. */
  private final TreeMap<String, CompletableFuture<SchedulerRuntime.RebalanceAnswer>> planning =
      new TreeMap<>();

  /** Pool revision that each deployment's plan was last compared with. */
  private final TreeMap<String, Long> considered = new TreeMap<>();

  /** How long full devices have kept a deployment from its target, milliseconds. */
  private final ToLongFunction<String> blockedMillis;

  private final Calibrator calibrator;
  private final Payback.Terms terms;
  private final TreeMap<String, ChangeGate> gates = new TreeMap<>();

  /** Epoch that was made because full devices blocked the one before, by deployment. */
  private final TreeMap<String, Long> unblocking = new TreeMap<>();

  private long judgedWindowMillis;

  /** Devices that plans may use, as of a pool revision. */
  private final TreeSet<String> usable = new TreeSet<>();

  private long usableAtRevision = -1;

  Rebalancer(
      SchedulerConfig.Rebalance settings,
      Committer committer,
      PlannerWorker planner,
      ControlLoop loop,
      Observer observer,
      Calibrator calibrator,
      ToLongFunction<String> blockedMillis,
      Runnable onChange) {
    this.blockedMillis = blockedMillis;
    this.terms =
        new Payback.Terms(
            settings.paybackHorizon().toMillis() / 1e3,
            settings.loadBytesPerSecond(),
            settings.disturbance());
    this.onChange = onChange;
    this.settings = settings;
    this.committer = committer;
    this.planner = planner;
    this.loop = loop;
    this.observer = observer;
    this.calibrator = calibrator;
    this.speeds = new SpeedWatch(settings, committer, observer, calibrator);
    this.aside = new AsideWatch(settings, committer, planner, loop, this::asideChanged);
    this.repairs = new Repairs(this, committer, planner, loop);
    this.creation = new Creation(committer, planner, loop, calibrator, this::created);
  }

  private void asideChanged() {
    poolChanged();
    onChange.run();
  }

  AsideWatch aside() {
    return aside;
  }

  Repairs repairs() {
    return repairs;
  }

  /** Devices and watchers follow, whatever is being planned. */
  void follow() {
    onChange.run();
  }

  /** What to plan for a deployment with what was observed of it. */
  PlanRequest request(DeploymentEntry entry) {
    return request(entry, observer.load(entry.spec().name()).orElse(entry.load()));
  }

  /** A deployment was committed with its first plan. */
  void created(String deployment) {
    considered.put(deployment, state().poolRevision());
    onChange.run();
  }

  private ClusterState state() {
    return committer.state();
  }

  /** Devices came, went or changed speed: plans that lost devices are replaced now. */
  void poolChanged() {
    if (!committer.isAvailable()) {
      return;
    }
    for (DeploymentEntry entry : state().deployments().values()) {
      String name = entry.spec().name();
      if (!entry.deleting()
          && !repairs.isRepairing(name)
          && !considered.getOrDefault(name, -1L).equals(state().poolRevision())) {
        replaceIfLost(entry);
      }
    }
  }

  /** Plans again for a deployment that lost devices, or that had too few of them. */
  private void replaceIfLost(DeploymentEntry entry) {
    String name = entry.spec().name();
    List<String> gone = missingDevices(entry);
    boolean repairable = !gone.isEmpty() && isLarge();
    if ((planning.containsKey(name) && !repairable)
        || (gone.isEmpty() && entry.blockedReason().isEmpty())) {
      return;
    }
    String reason = gone.isEmpty() ? "the pool changed" : lost(gone);
    if (repairable && entry.targetPlan().isPresent()) {
      repairs.repair(entry, entry.targetPlan().get(), reason);
    } else {
      var unused = reconsider(name, reason, !gone.isEmpty());
    }
  }

  private boolean isLarge() {
    return usableDevices().size() >= settings.repairFromDevices();
  }

  private static String lost(List<String> devices) {
    TreeSet<String> nodes = new TreeSet<>();
    devices.forEach(device -> nodes.add(Device.nodeOf(device)));
    return "lost, failed or drained on " + String.join(", ", nodes);
  }

  private List<String> missingDevices(DeploymentEntry entry) {
    TreeSet<String> there = usableDevices();
    return entry.stages().stream()
        .flatMap(stage -> stage.deviceIds().stream())
        .filter(id -> !there.contains(id))
        .toList();
  }

  private TreeSet<String> usableDevices() {
    if (usableAtRevision != state().poolRevision()) {
      usableAtRevision = state().poolRevision();
      usable.clear();
      state().usablePool().devices().stream()
          .filter(device -> device.health() != Health.FAILED)
          .forEach(device -> usable.add(device.id()));
    }
    return usable;
  }

  /** Looks at the newest telemetry, once a window. */
  void tick(long nowMillis) {
    poolChanged();
    unblock();
    if (observer.newestEndMillis() <= judgedWindowMillis) {
      return;
    }
    judgedWindowMillis = observer.newestEndMillis();
    for (DeploymentEntry entry : List.copyOf(state().deployments().values())) {
      String name = entry.spec().name();
      if (!entry.spec().automatic() || entry.deleting() || !entry.active()) {
        continue;
      }
      speeds.judge(entry);
      if (!entry.hold().allowsAutomaticPlans()) {
        continue;
      }
      long activeSince = entry.epochs().getLast().activeMillis();
      if (planning.containsKey(name)
          || nowMillis - activeSince < settings.cooldown().toMillis()
          || missingDevices(entry).size() > 0) {
        continue;
      }
      aside.consider(entry, this::request);
      considerDrift(entry);
    }
  }

  /**
   * Replaces changes that full devices block: by one that keeps the stages of the plan that was
   * active, and when that is blocked too by that plan itself.
   */
  private void unblock() {
    for (DeploymentEntry entry : List.copyOf(state().deployments().values())) {
      String name = entry.spec().name();
      PlanEntry back = entry.fallback();
      if (back == null
          || entry.deleting()
          || planning.containsKey(name)
          || blockedMillis.applyAsLong(name) < settings.blockedPatience().toMillis()
          || !missingDevices(entry).isEmpty()) {
        continue;
      }
      String reason = "full devices block the change to epoch " + entry.epoch();
      if (unblocking.getOrDefault(name, -1L) == entry.epoch()) {
        committer.commit(new Command.RollBackMigration(name, reason, 0, 0));
        onChange.run();
      } else {
        unblocking.put(name, entry.epoch() + 1);
        var unused = reconsider(name, reason, true);
      }
    }
  }

  private void considerDrift(DeploymentEntry entry) {
    String name = entry.spec().name();
    Plan plan = entry.targetPlan().orElseThrow();
    ExpertLoad seen = observer.load(name).orElse(entry.load());
    // What the promise was made with is what it is held to.
    Pool planned = calibrator.asPlanned(name, state().poolFor(name));
    double now = Evaluation.of(request(entry, seen, planned), plan.placement()).tokensPerSecond();
    double promised = plan.prediction().tokensPerSecond();
    if (!calibrator.made(name)) {
      Pool usual = new Pool(planned.nodes(), Map.of());
      PlanRequest then = request(entry, entry.load(), usual);
      promised = Math.min(promised, Evaluation.of(then, plan.placement()).tokensPerSecond());
    }
    boolean poolNews = considered.getOrDefault(name, -1L) < state().poolRevision();
    ChangeGate gate = gates.computeIfAbsent(name, n -> new ChangeGate());
    if (gate.opens(now, promised, entry.spec().gainThreshold())) {
      String reason =
          String.format(
              Locale.ROOT,
              "observed load and speeds let the plan reach %.0f of the %.0f tokens/s it was made"
                  + " for (load drift %.3f%s)",
              now,
              promised,
              seen.distance(entry.load()),
              LoadDrift.between(entry.load(), seen).map(d -> ": " + d).orElse(""));
      var unused = reconsider(name, reason, false);
    } else if (poolNews) {
      var unused = reconsider(name, "the pool changed", false);
    } else if (calibrator.takeNews(name)) {
      var unused = reconsider(name, "telemetry corrects predicted times", false);
    }
  }

  private PlanRequest request(DeploymentEntry entry, ExpertLoad load) {
    return request(entry, load, calibrator.scaled(state().poolFor(entry.spec().name())));
  }

  private PlanRequest request(DeploymentEntry entry, ExpertLoad load, Pool pool) {
    return new PlanRequest(
        entry.spec().model(),
        pool,
        entry.spec().workload(),
        load,
        entry.spec().options().withKeepStages(true),
        inForce(entry));
  }

  /** What devices hold, as far as plans tell: where a change is blocked, still the one before. */
  private @Nullable Placement inForce(DeploymentEntry entry) {
    PlanEntry back = entry.fallback();
    long unblocked = unblocking.getOrDefault(entry.spec().name(), -1L);
    if (back != null && unblocked == entry.epoch() + 1) {
      return back.plan().placement();
    }
    return entry.targetPlan().map(Plan::placement).orElse(null);
  }

  /** Plans a new deployment and commits it with its plan. */
  CompletableFuture<Boolean> create(DeploymentSpec spec, String requestId) {
    return creation.create(spec, requestId);
  }

  /** Plans again and adopts the result when it is better, or always when {@code must}. */
  CompletableFuture<SchedulerRuntime.RebalanceAnswer> reconsider(
      String name, String reason, boolean must) {
    return reconsider(name, new Motive(reason, must, ""));
  }

  /**
   * Why to plan again.
   *
   * @param reason in words
   * @param must whether the new plan is adopted even when it is not better
   * @param requestId of the caller; empty: none
   */
  record Motive(String reason, boolean must, String requestId) {}

  CompletableFuture<SchedulerRuntime.RebalanceAnswer> reconsider(String name, Motive motive) {
    CompletableFuture<SchedulerRuntime.RebalanceAnswer> running = planning.get(name);
    if (running != null) {
      // The plan on its way may be from an older snapshot: plan once more when it is done.
      return running
          .handle((answer, failure) -> true)
          .thenCompose(done -> loop.begin(() -> reconsider(name, motive)));
    }
    DeploymentEntry entry = state().deployments().get(name);
    if (entry == null) {
      return CompletableFuture.failedFuture(
          new RejectedException(
              Decision.Kind.NOT_FOUND, "name", "deployment '" + name + "' is gone"));
    }
    CompletableFuture<SchedulerRuntime.RebalanceAnswer> outcome =
        planOnce(entry, motive)
            .whenComplete(
                (answer, failure) -> {
                  if (failure != null) {
                    loop.post(() -> considered.remove(name));
                    LOG.warnf("no new plan for %s: %s", name, failure.getMessage());
                  }
                });
    if (!outcome.isDone()) {
      planning.put(name, outcome);
    }
    return outcome;
  }

  private CompletableFuture<SchedulerRuntime.RebalanceAnswer> planOnce(
      DeploymentEntry entry, Motive motive) {
    String name = entry.spec().name();
    long revision = state().poolRevision();
    considered.put(name, revision);
    PlanRequest request = request(entry);
    return planner
        .plan(request)
        .handle(Made::new)
        .thenCompose(
            made ->
                loop.call(
                    () -> {
                      planning.remove(name);
                      if (made.timed() == null) {
                        throw new CompletionException(made.failure());
                      }
                      return decide(name, motive, request, revision, made.timed());
                    }));
  }

  /** What became of the planner's work: one of the two is null. */
  private record Made(PlannerWorker.@Nullable Timed timed, @Nullable Throwable failure) {}

  private SchedulerRuntime.RebalanceAnswer decide(
      String name,
      Motive motive,
      PlanRequest request,
      long poolRevision,
      PlannerWorker.Timed timed) {
    DeploymentEntry entry = state().deployments().get(name);
    if (entry == null || entry.deleting()) {
      throw new RejectedException(
          Decision.Kind.NOT_FOUND, "name", "deployment '" + name + "' is gone");
    }
    return switch (timed.result()) {
      case PlanResult.Infeasible infeasible -> {
        String why = ViewCodec.explain(infeasible);
        if (!missingDevices(entry).isEmpty() || entry.targetPlan().isEmpty()) {
          committer.commit(new Command.BlockDeployment(name, motive.reason() + "; " + why));
          try (LogFields fields = LogFields.deployment(name, entry.epoch())) {
            LOG.warnf("deployment %s is blocked: %s; %s", name, motive.reason(), why);
          }
        }
        yield answer(entry, false, "no plan fits: " + why);
      }
      case PlanResult.Feasible feasible ->
          adoptIfBetter(entry, motive, request, poolRevision, feasible.plan(), timed.seconds());
    };
  }

  /** Commits a plan when it is better, or must be, or the one in force has lost devices. */
  SchedulerRuntime.RebalanceAnswer adoptIfBetter(
      DeploymentEntry entry,
      Motive motive,
      PlanRequest request,
      long poolRevision,
      Plan plan,
      double planningSeconds) {
    String name = entry.spec().name();
    String reason = motive.reason();
    boolean gone = !missingDevices(entry).isEmpty() || entry.targetPlan().isEmpty();
    String figures = String.format(Locale.ROOT, "planned in %.0f ms", planningSeconds * 1e3);
    if (!gone) {
      double now =
          Evaluation.of(request, entry.targetPlan().orElseThrow().placement()).tokensPerSecond();
      double then = plan.prediction().tokensPerSecond();
      Meters.weighed(now > 0 ? then / now : 1);
      figures =
          String.format(
              Locale.ROOT,
              "predicted %.0f instead of %.0f tokens/s, planned in %.0f ms",
              then,
              now,
              planningSeconds * 1e3);
      if (!motive.must()
          && entry.blockedReason().isEmpty()
          && now >= then * entry.spec().gainThreshold()) {
        Meters.planned(Meters.Planned.KEPT);
        return answer(entry, false, "the plan in force is good enough: " + figures);
      }
      Payback payback = Moves.payback(terms, entry, now, plan);
      if (!motive.must() && entry.blockedReason().isEmpty() && !payback.isWorthwhile()) {
        Meters.planned(Meters.Planned.KEPT);
        return answer(entry, false, "the change does not pay: " + payback + "; " + figures);
      }
    }
    committer.commit(
        new Command.AdoptPlan(
            name,
            Moves.proposal(
                entry.spec(),
                entry.targetPlan().orElse(null),
                plan,
                request.load(),
                poolRevision,
                reason + "; " + figures)),
        motive.requestId());
    calibrator.adopted(name, request.pool());
    gates.remove(name);
    onChange.run();
    try (LogFields fields = LogFields.deployment(name, entry.epoch() + 1)) {
      LOG.infof(
          "deployment %s: epoch %d adopted: %s; %s", name, entry.epoch() + 1, reason, figures);
    }
    return new SchedulerRuntime.RebalanceAnswer(
        true, reason + "; " + figures, entry.epoch() + 1, state().revision());
  }

  private SchedulerRuntime.RebalanceAnswer answer(
      DeploymentEntry entry, boolean adopted, String reason) {
    return new SchedulerRuntime.RebalanceAnswer(adopted, reason, entry.epoch(), state().revision());
  }
}
