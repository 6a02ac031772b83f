package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.port.DeviceWindow;
import dev.hejin.scheduler.cost.observed.ObservedCost;
import dev.hejin.scheduler.detect.SpeedJudge;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.PhaseScale;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.planner.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.jboss.logging.Logger;

/**
 * Feeds telemetry to {@link ObservedCost} and gives plans what came of it. Kept in memory only: a
 * scheduler that starts or takes over learns again; plans in force keep what they promised.
 */
final class Calibrator {
  private static final Logger LOG = Logger.getLogger(Calibrator.class);

  private final boolean used;
  private final ObservedCost observed = new ObservedCost();

  /** Scales that a deployment's plan in force was made with, where this process made it. */
  private final TreeMap<String, Map<String, PhaseScale>> plannedWith = new TreeMap<>();

  /** Deployments whose plan was not yet compared with one of the present scales. */
  private final TreeSet<String> news = new TreeSet<>();

  /**
   * @param used whether plans take what is learned; it is shown either way
   */
  Calibrator(boolean used) {
    this.used = used;
  }

  /**
   * Takes the windows of a deployment's devices; returns them for the judge of speeds.
   *
   * @param nominal the plan in force on devices of usual speed, without scales
   * @param settledMillis windows that ended before say nothing of the plan
   * @param speed that is believed of a device
   */
  List<SpeedJudge.Sample> observe(
      String deployment,
      Pool pool,
      Map<String, DeviceWindow> windows,
      Evaluation nominal,
      long settledMillis,
      ToDoubleFunction<String> speed) {
    List<SpeedJudge.Sample> samples = new ArrayList<>();
    windows.forEach(
        (id, window) -> {
          Optional<Device> device = pool.device(id);
          Double all = nominal.deviceSeconds().get(id);
          Double experts = nominal.expertSeconds().get(id);
          if (window.windowEndMillis() < settledMillis
              || device.isEmpty()
              || all == null
              || experts == null) {
            return;
          }
          String type = device.get().type();
          double factor = speed.applyAsDouble(id);
          samples.add(
              new SpeedJudge.Sample(
                  id,
                  type + " of " + deployment,
                  window.windowEndMillis(),
                  window.attentionSeconds() + window.expertSeconds(),
                  all,
                  factor));
          observed.add(
              new ObservedCost.Sample(
                  id,
                  type,
                  window.windowEndMillis(),
                  window.attentionSeconds(),
                  window.expertSeconds(),
                  (all - experts) / factor,
                  experts / factor));
        });
    if (observed.believe() && used) {
      news.addAll(plannedWith.keySet());
      news.add(deployment);
      LOG.infof("telemetry corrects the cost model: %s", observed.believed());
    }
    return samples;
  }

  /** What is known of a device. */
  ObservedCost.DeviceScale of(String deviceId) {
    return observed.of(deviceId);
  }

  /** The pool with what is believed of its types. */
  Pool scaled(Pool pool) {
    return used ? pool.withPhaseScales(observed.believed()) : pool;
  }

  /** The pool with what was believed when the deployment's plan in force was made. */
  Pool asPlanned(String deployment, Pool pool) {
    return pool.withPhaseScales(plannedWith.getOrDefault(deployment, Map.of()));
  }

  /** Whether this process made the deployment's plan in force. */
  boolean made(String deployment) {
    return plannedWith.containsKey(deployment);
  }

  /** A plan for this pool was adopted. */
  void adopted(String deployment, Pool pool) {
    plannedWith.put(deployment, pool.phaseScales());
    news.remove(deployment);
  }

  /** Whether scales changed since a deployment's plan was last compared; asked once. */
  boolean takeNews(String deployment) {
    return news.remove(deployment);
  }

  /** Forgets everything: another scheduler looks at telemetry now. */
  void clear() {
    observed.clear();
    plannedWith.clear();
    news.clear();
  }
}
