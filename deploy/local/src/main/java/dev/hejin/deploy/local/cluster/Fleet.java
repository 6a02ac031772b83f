package dev.hejin.deploy.local.cluster;

import static java.util.Objects.requireNonNull;

import dev.hejin.deploy.local.process.ChildProcess;
import dev.hejin.proto.deployment.v1.ExpertLoad;
import dev.hejin.proto.simulation.v1.SimulatedDevice;
import java.util.List;

/** One process of simulated nodes, with the hands on its world. */
final class Fleet implements AutoCloseable {
  private final ChildProcess process;
  private final List<String> nodes;
  private final SimulationControl control;

  /**
   * @param nodes the nodes that the process runs
   * @param control {@code HOST:PORT} of its simulation service
   */
  Fleet(ChildProcess process, List<String> nodes, String control) {
    this.process = requireNonNull(process, "process");
    this.nodes = List.copyOf(nodes);
    this.control = new SimulationControl(control);
  }

  ChildProcess process() {
    return process;
  }

  List<String> nodes() {
    return nodes;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  List<SimulatedDevice> world() {
    return control.world();
  }

  void setLoad(ExpertLoad load) {
    control.setLoad(load);
  }

  void setSpeed(String device, double speed) {
    control.setSpeed(device, speed);
  }

  @Override
  public void close() {
    control.close();
  }
}
