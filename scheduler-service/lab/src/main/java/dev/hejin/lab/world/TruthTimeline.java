package dev.hejin.lab.world;

import dev.hejin.agent.simulation.fault.DeviceClimate;
import dev.hejin.agent.simulation.fault.FaultEvent;
import dev.hejin.agent.simulation.fault.FaultSchedule;
import dev.hejin.agent.simulation.fault.FleetShape;
import dev.hejin.catalog.pool.DeviceSpec;
import dev.hejin.catalog.pool.NodeSpec;
import dev.hejin.lab.physics.TruePool;
import dev.hejin.lab.scenario.Faults;
import dev.hejin.lab.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What devices are at each moment: speeds of the pool's file, climate, faults of the fleet model
 * and planned ones. Depends on scenario and seed alone.
 */
final class TruthTimeline {
  /** How often climate is looked at. */
  static final double CLIMATE_SECONDS = 60;

  private static final int NODES_PER_RACK = 2;
  private static final double SECONDS_PER_DAY = 86_400;

  private final Scenario scenario;
  private final List<NodeSpec> nodes;
  private final List<FaultEvent> faults = new ArrayList<>();
  private final List<List<DeviceClimate>> climate = new ArrayList<>();

  TruthTimeline(Scenario scenario, long seed) {
    this.scenario = scenario;
    this.nodes = scenario.pool().nodes();
    for (NodeSpec node : nodes) {
      List<DeviceClimate> own = new ArrayList<>();
      for (DeviceSpec device : node.devices()) {
        own.add(new DeviceClimate(device.id(), seed));
      }
      climate.add(own);
    }
    if (scenario.faults().rate() > 0) {
      int devices = nodes.stream().mapToInt(node -> node.devices().size()).max().orElse(1);
      FleetShape shape = new FleetShape(nodes.size(), devices, NODES_PER_RACK, NODES_PER_RACK);
      // Slow phases are drawn by whole days.
      double days = Math.max(1, Math.ceil(scenario.durationSeconds() / SECONDS_PER_DAY));
      for (FaultEvent event : FaultSchedule.of(shape, days, seed, scenario.faults().rate())) {
        if (event.startSeconds() < scenario.durationSeconds()) {
          faults.add(event);
        }
      }
    }
  }

  /** Moments at which something begins or ends, in order, each once. */
  List<Double> moments() {
    TreeSet<Double> moments = new TreeSet<>();
    for (FaultEvent fault : faults) {
      moments.add(fault.startSeconds());
      moments.add(fault.endSeconds());
    }
    for (Faults.Planned fault : scenario.faults().events()) {
      moments.add(fault.atSeconds());
      moments.add(fault.untilSeconds());
    }
    for (double at = 0; at < scenario.durationSeconds(); at += CLIMATE_SECONDS) {
      moments.add(at);
    }
    moments.removeIf(at -> at >= scenario.durationSeconds());
    return List.copyOf(moments);
  }

  /** What begins at a moment, in words. */
  List<String> begins(double at) {
    List<String> begins = new ArrayList<>();
    for (FaultEvent fault : faults) {
      if (fault.startSeconds() == at) {
        begins.add(
            "%s on %s%s: %s"
                .formatted(
                    fault.cause(),
                    nodes.get(fault.firstNode()).name(),
                    fault.device() >= 0 ? "/" + fault.device() : "",
                    fault.effect()));
      }
    }
    for (Faults.Planned fault : scenario.faults().events()) {
      if (fault.atSeconds() == at) {
        begins.add(
            "%s%s: %s"
                .formatted(
                    String.join(", ", fault.nodes()),
                    fault.device() >= 0 ? "/" + fault.device() : "",
                    fault.speed() == 0
                        ? "lost"
                        : "speed x %s, network x %s".formatted(fault.speed(), fault.linkSpeed())));
      }
    }
    return begins;
  }

  /** Sets a service's pool to what holds at a moment; tells whether a device fell away. */
  boolean apply(double at, TruePool pool, List<NodeSpec> own) {
    boolean loss = false;
    int number = 0;
    for (int n = 0; n < own.size(); n++) {
      NodeSpec node = own.get(n);
      int place = nodes.indexOf(node);
      double link = 1;
      for (int index = 0; index < node.devices().size(); index++) {
        double speed = node.devices().get(index).trueSpeed();
        if (scenario.truth().climate()) {
          speed *= climate.get(place).get(index).speedAt(scenario.truth().dayStartSeconds() + at);
        }
        boolean lost = false;
        for (FaultEvent fault : faults) {
          if (fault.holds(place, index, at)) {
            switch (fault.effect()) {
              case LOST -> lost = true;
              case SLOW -> speed *= fault.factor();
              case SLOW_LINK -> link = Math.min(link, fault.factor());
            }
          }
        }
        for (Faults.Planned fault : scenario.faults().events()) {
          if (holds(fault, node.name(), index, at)) {
            lost |= fault.speed() == 0;
            speed *= fault.speed() > 0 ? fault.speed() : 1;
            link = Math.min(link, fault.linkSpeed());
          }
        }
        loss |= lost && !pool.isLost(number);
        pool.setLost(number, lost);
        pool.setSpeed(number, speed);
        number++;
      }
      pool.setNetwork(n, link);
    }
    return loss;
  }

  private static boolean holds(Faults.Planned fault, String node, int index, double at) {
    return at >= fault.atSeconds()
        && at < fault.untilSeconds()
        && fault.nodes().contains(node)
        && (fault.device() < 0 || fault.device() == index);
  }
}
