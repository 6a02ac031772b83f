package dev.hejin.agent.app.command;

import dev.hejin.agent.app.config.AgentConfig;
import dev.hejin.agent.app.driver.EngineDrivers;
import dev.hejin.agent.app.driver.NodeLock;
import dev.hejin.agent.app.link.LocalNode;
import dev.hejin.agent.model.DeviceDescription;
import dev.hejin.agent.model.NodeDescription;
import dev.hejin.agent.probe.NoEngineDriver;
import dev.hejin.agent.reconcile.DeviceDriver;
import dev.hejin.agent.simulation.SimulatedWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How orders for the devices of a node are carried out. */
public class DriverOptions {
  private static final Logger LOG = Logger.getLogger(DriverOptions.class);

  @Option(
      names = "--driver",
      paramLabel = "none|simulated|exec|file",
      description =
          "Who loads and serves: nobody, nothing but books, a command, a file that the engine"
              + " reads. Default: simulated with --replay, else none.")
  Optional<Kind> kind = Optional.empty();

  @Option(
      names = "--driver-command",
      paramLabel = "COMMAND",
      defaultValue = "",
      description = "exec: run by the shell for each order, which it gets as JSON.")
  String command = "";

  @Option(
      names = "--driver-list-command",
      paramLabel = "COMMAND",
      defaultValue = "",
      description = "exec: tells what the engine holds, as JSON, when the agent starts.")
  String listCommand = "";

  @Option(
      names = "--map-dir",
      paramLabel = "DIR",
      description = "file: folder of the engine's expert maps, one file a device.")
  Optional<Path> mapFolder = Optional.empty();

  @Option(
      names = "--signal-command",
      paramLabel = "COMMAND",
      defaultValue = "",
      description = "file: tells the engine that its map has changed; ends when it has read it.")
  String signalCommand = "";

  @Option(
      names = "--driver-limit",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "A command may take this long; default: ${DEFAULT-VALUE}.")
  int limitSeconds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "simulated: seed of every random choice; default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--time-scale",
      paramLabel = "X",
      defaultValue = "1",
      description = "simulated: times to load and release are divided by this.")
  double timeScale;

  /** Names as they are written on the command line. */
  @SuppressWarnings("MemberName")
  enum Kind {
    none,
    simulated,
    exec,
    file
  }

  /**
   * A node with its drivers.
   *
   * @param world of its simulated devices; null when none is
   */
  record DrivenNode(LocalNode node, @Nullable SimulatedWorld world) {}

  /**
   * Checks the options, and keeps other agents away from the node's engine.
   *
   * @throws IllegalArgumentException when options do not go together, or another agent is there
   */
  void prepare(String nodeId, boolean replayed, AgentConfig config) {
    check(chosen(replayed), replayed);
    if (isEngine(replayed)) {
      NodeLock.take(config.stateFolder(), nodeId);
    }
  }

  private Kind chosen(boolean replayed) {
    return kind.orElse(replayed ? Kind.simulated : Kind.none);
  }

  private boolean isEngine(boolean replayed) {
    return chosen(replayed) == Kind.exec || chosen(replayed) == Kind.file;
  }

  /** Numbers outlive the process where what the devices hold does. */
  DeviceNumbers numbers(String nodeId, boolean replayed, AgentConfig config) {
    return isEngine(replayed)
        ? DeviceNumbers.keptIn(config.stateFolder().resolve(nodeId).resolve("device-numbers.json"))
        : DeviceNumbers.inMemory();
  }

  /** Makes the drivers of a node's devices. */
  DrivenNode drive(NodeDescription node, boolean replayed, AgentConfig config) {
    Kind chosen = chosen(replayed);
    if (chosen == Kind.simulated) {
      return SimulatedNode.of(node, seed, timeScale, config.simulation());
    }
    Map<String, DeviceDriver> drivers = new TreeMap<>();
    node.devices()
        .forEach(device -> drivers.put(device.deviceId(), driver(chosen, node, device, config)));
    return new DrivenNode(new LocalNode(node, drivers), null);
  }

  private void check(Kind chosen, boolean replayed) {
    require(chosen != Kind.exec || !command.isEmpty(), "--driver-command", "--driver exec");
    require(chosen != Kind.file || mapFolder.isPresent(), "--map-dir", "--driver file");
    require(chosen != Kind.file || !signalCommand.isEmpty(), "--signal-command", "--driver file");
    if (replayed && (chosen == Kind.exec || chosen == Kind.file)) {
      throw new IllegalArgumentException(
          "--driver is "
              + chosen
              + ", and --replay devices have no engine\nMaybe leave --driver out: they are simulated");
    }
    if (limitSeconds < 1) {
      throw new IllegalArgumentException(
          "--driver-limit is " + limitSeconds + ", not at least 1\nMaybe 120");
    }
  }

  private static void require(boolean there, String option, String owner) {
    if (!there) {
      throw new IllegalArgumentException(
          option + " is missing, and " + owner + " needs it\nMaybe see the agent's README");
    }
  }

  private DeviceDriver driver(
      Kind chosen, NodeDescription node, DeviceDescription device, AgentConfig config) {
    if (chosen == Kind.none || device.memoryBytes() == null) {
      if (chosen != Kind.none) {
        LOG.warnf("%s: its memory is unknown, so nothing is loaded on it", device.deviceId());
      }
      return new NoEngineDriver();
    }
    long memoryBytes = (long) device.memoryBytes().value();
    Duration limit = Duration.ofSeconds(limitSeconds);
    Path state = config.stateFolder().resolve(node.nodeId());
    return chosen == Kind.exec
        ? EngineDrivers.exec(device.deviceId(), memoryBytes, command, listCommand, limit, state)
        : EngineDrivers.file(
            device.deviceId(), memoryBytes, mapFolder.orElseThrow(), signalCommand, limit);
  }
}
