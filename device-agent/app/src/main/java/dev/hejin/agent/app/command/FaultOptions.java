package dev.hejin.agent.app.command;

import dev.hejin.agent.app.fleet.FaultPlayer;
import dev.hejin.agent.app.fleet.SimulatedPool;
import dev.hejin.agent.app.link.Links;
import dev.hejin.agent.simulation.DeviceWindow;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether and how the devices of a simulated fleet break and slow down. */
public class FaultOptions {
  @Option(
      names = "--faults",
      description =
          "Nodes are lost, devices and links slow down, each device has its own speed and a day's"
              + " heat, at the published rates: see the command faults.")
  boolean faults;

  @Option(
      names = "--fault-rate",
      paramLabel = "X",
      defaultValue = "1",
      description = "Faults come this many times as often as published; default: ${DEFAULT-VALUE}.")
  double rate;

  @Option(
      names = "--fault-speed",
      paramLabel = "X",
      defaultValue = "1",
      description = "The simulated day passes this many times faster; default: ${DEFAULT-VALUE}.")
  double speed;

  private volatile @Nullable FaultPlayer player;

  void start(SimulatedPool pool, long seed, Links links) {
    if (faults) {
      player = FaultPlayer.start(pool, seed, rate, speed, links);
    }
  }

  /** Lost nodes send no samples. */
  List<DeviceWindow> told(List<DeviceWindow> windows) {
    FaultPlayer playing = player;
    return playing == null
        ? windows
        : windows.stream().filter(window -> !playing.isLost(window.nodeId())).toList();
  }

  void close() {
    FaultPlayer playing = player;
    if (playing != null) {
      playing.close();
    }
  }
}
