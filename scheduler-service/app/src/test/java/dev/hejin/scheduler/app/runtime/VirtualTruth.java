package dev.hejin.scheduler.app.runtime;

import dev.hejin.agent.model.HeldState;
import dev.hejin.agent.model.LayerRoute;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** What devices really serve, counted beside all that schedulers believe. */
final class VirtualTruth {
  /**
   * Something that must be served.
   *
   * @param expert -1 stands for the layer's attention
   */
  record Unit(String deployment, int layer, int expert) implements Comparable<Unit> {
    private static final Comparator<Unit> ORDER =
        Comparator.comparing(Unit::deployment)
            .thenComparingInt(Unit::layer)
            .thenComparingInt(Unit::expert);

    @Override
    public int compareTo(Unit other) {
      return ORDER.compare(this, other);
    }
  }

  private final TreeMap<String, TreeSet<Unit>> devices = new TreeMap<>();
  private final TreeMap<Unit, Integer> replicas = new TreeMap<>();
  private final TreeMap<String, Integer> served = new TreeMap<>();

  /**
   * A device serves this from now on.
   *
   * @return what nobody serves any more
   */
  List<Unit> now(String deviceId, List<HeldState> held) {
    TreeSet<Unit> units = new TreeSet<>();
    for (HeldState state : held) {
      for (LayerRoute route : state.routes()) {
        if (route.tokenShare() > 0) {
          units.add(new Unit(state.deploymentId(), route.layer(), -1));
        }
        route
            .experts()
            .forEach(expert -> units.add(new Unit(state.deploymentId(), route.layer(), expert)));
      }
    }
    TreeSet<Unit> before = devices.getOrDefault(deviceId, new TreeSet<>());
    List<Unit> gone = new ArrayList<>();
    for (Unit unit : units) {
      if (!before.contains(unit) && replicas.merge(unit, 1, Integer::sum) == 1) {
        served.merge(unit.deployment(), 1, Integer::sum);
      }
    }
    for (Unit unit : before) {
      if (!units.contains(unit) && replicas.merge(unit, -1, Integer::sum) == 0) {
        replicas.remove(unit);
        served.merge(unit.deployment(), -1, Integer::sum);
        gone.add(unit);
      }
    }
    devices.put(deviceId, units);
    return gone;
  }

  /** Whether all of a model is served by somebody. */
  boolean isWhole(String deployment, ModelSpec model) {
    int all = model.layers().stream().mapToInt(VirtualTruth::units).sum();
    return served.getOrDefault(deployment, 0) == all;
  }

  private static int units(LayerSpec layer) {
    return 1 + layer.routedExperts();
  }
}
