package dev.hejin.lab.control;

import dev.hejin.lab.physics.StagePhysics;
import dev.hejin.lab.physics.TruePool;
import dev.hejin.lab.physics.WorldLaws;
import dev.hejin.lab.routing.LoadPath;
import dev.hejin.lab.serving.ServingEngine;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * What really happens to a service, whatever its scheduler knows: which stages its devices serve,
 * how its load drifts, what falls away with a device, what loads take from networks.
 */
final class LiveService {
  private final ModelSpec model;
  private final TruePool truth;
  private final LoadPath loads;
  private final double driftSeconds;
  private final ServingEngine engine;
  private final ControlLog log;
  private final SplittableRandom losses;
  private final ActiveLayout layout;
  private final Holdings holdings;
  private double[][] share;
  private double shareSeconds;

  /** Devices that lost what they held. */
  private final TreeSet<String> wiped = new TreeSet<>();

  /**
   * @param decisionSeconds interval of decisions: drift is looked at no more often
   * @param losses chance of sequences whose caches are lost
   */
  LiveService(
      ModelSpec model,
      TruePool truth,
      WorldLaws laws,
      LoadPath loads,
      double decisionSeconds,
      Holdings holdings,
      ServingEngine engine,
      ControlLog log,
      SplittableRandom losses) {
    this.model = model;
    this.truth = truth;
    this.loads = loads;
    this.driftSeconds = Math.max(decisionSeconds, loads.stepSeconds());
    this.holdings = holdings;
    this.engine = engine;
    this.log = log;
    this.losses = losses;
    this.layout = new ActiveLayout(model, truth, laws);
    this.share = loads.at(0);
  }

  /** What is served at this moment. */
  List<StagePhysics> stages() {
    return layout.stages();
  }

  /** Shares of each layer's experts at this moment. */
  double[][] share() {
    return share;
  }

  boolean isStalled() {
    return engine.isStalled();
  }

  /** Whether some layer or expert is nowhere. */
  boolean isUnserved() {
    return layout.unserved() > 0;
  }

  /** Begins to serve, or serves on under another load. */
  void serveAnew(double now, MigrationRun migration) {
    layout.update(holdings, migration.plan().placement(), share, true);
    engine.layout(now, layout.stages(), migration.cacheTokens(model));
  }

  /** Serves what routes allow now. */
  void serve(double now, MigrationRun migration, Set<String> believed) {
    layout.update(holdings, migration.plan().placement(), share, false);
    if (isUnserved()) {
      if (!engine.isStalled()) {
        engine.stall();
        log.unserved(now, true);
      }
      return;
    }
    engine.layout(now, layout.stages(), migration.cacheTokens(model));
    if (engine.isStalled() && !usesLost(believed)) {
      engine.resume(now);
      log.unserved(now, false);
    }
  }

  /** Whether a device of the stages is gone and nobody knows yet. */
  private boolean usesLost(Set<String> believed) {
    return believed.stream().anyMatch(id -> truth.isLost(truth.number(id)) && serves(id));
  }

  private boolean serves(String id) {
    return holdings.books().stream().anyMatch(book -> book.id.equals(id) && !book.active.isEmpty());
  }

  /** Follows the load where it drifts. */
  void drift(double now, MigrationRun migration) {
    if (now - shareSeconds < driftSeconds) {
      return;
    }
    if (loads.changes(shareSeconds, now)) {
      share = loads.at(now);
      serveAnew(now, migration);
    }
    shareSeconds = now;
  }

  /** The truth changed: devices fell away or came back, speeds or networks are others. */
  void truthChanged(double now, boolean isLoss) {
    if (isLoss) {
      for (int d = 0; d < truth.devices(); d++) {
        if (truth.isLost(d)) {
          wiped.add(truth.id(d));
        }
      }
      loseCaches(now);
    }
    shareNetworks();
  }

  private void loseCaches(double now) {
    double kept = 1;
    boolean hit = false;
    for (StagePhysics stage : layout.stages()) {
      double left = 0;
      for (int d = 0; d < stage.spec().devices().length; d++) {
        boolean isLost = truth.isLost(stage.spec().devices()[d]);
        left += isLost ? 0 : stage.tokenShare(d);
        hit |= isLost;
      }
      kept *= left;
    }
    if (hit) {
      engine.stall();
      engine.lose(1 - kept, losses);
      log.unserved(now, true);
    }
  }

  /** Networks carry loads beside exchanges. */
  void shareNetworks() {
    double[] rates = holdings.loadRates();
    for (int n = 0; n < rates.length; n++) {
      truth.setLoads(n, rates[n]);
    }
    layout.stages().forEach(StagePhysics::refresh);
  }

  /** Devices that fell away and were back before anyone missed them: they hold nothing. */
  List<String> takeUnmissed(Set<String> believed) {
    List<String> back = new ArrayList<>();
    for (String id : wiped) {
      if (!truth.isLost(truth.number(id))) {
        back.add(id);
      }
    }
    wiped.removeAll(back);
    back.retainAll(believed);
    return back;
  }
}
