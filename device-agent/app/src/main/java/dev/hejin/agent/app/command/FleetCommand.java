package dev.hejin.agent.app.command;

import dev.hejin.agent.app.config.AgentConfig;
import dev.hejin.agent.app.fleet.ControlServer;
import dev.hejin.agent.app.fleet.SimulatedPool;
import dev.hejin.agent.app.fleet.SimulationApi;
import dev.hejin.agent.simulation.SimulationSettings;
import dev.hejin.catalog.pool.PoolFiles;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jboss.logging.Logger;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs simulated nodes: one session each, all in one process. */
@Command(
    name = "fleet",
    description = "Simulated nodes of a pool file, in one process.",
    mixinStandardHelpOptions = true)
public class FleetCommand implements Callable<Integer> {
  private static final Logger LOG = Logger.getLogger(FleetCommand.class);

  private final AgentProcess process;

  @Mixin ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--pool",
      paramLabel = "NAME|FILE",
      defaultValue = "default",
      description = "Shipped pool or pool file; default: ${DEFAULT-VALUE}.")
  String pool = "default";

  @ArgGroup Selection selection = new Selection();

  @Option(
      names = "--control-port",
      defaultValue = "0",
      description = "Port of the simulation service; 0 takes a free one.")
  int controlPort;

  @Option(
      names = "--control-host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description =
          "Address of the simulation service, which is not encrypted and may be used by all who"
              + " reach it; default: ${DEFAULT-VALUE}.")
  String controlHost = "127.0.0.1";

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of every random choice; default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--time-scale",
      defaultValue = "1",
      description = "Simulated times to load and release are divided by this.")
  double timeScale;

  @Mixin FaultOptions faults = new FaultOptions();

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  FleetCommand(AgentProcess process) {
    this.process = process;
  }

  @Override
  public Integer call() {
    AgentConfig.Simulation config = process.config().simulation();
    var settings = new SimulationSettings(seed, timeScale, config.minimumStep().toNanos() / 1e9);
    SimulatedPool simulated =
        SimulatedPool.of(
            PoolFiles.load(pool),
            new SimulatedPool.NodeSelection(selection.only, selection.except),
            settings,
            config.storageBytesPerSecond());
    LOG.infof(
        "pool %s: %d simulated nodes, %d devices, seed %d",
        pool, simulated.nodes().size(), simulated.deviceCount(), seed);
    if (timeScale != 1) {
      LOG.infof("time scale: simulated times to load and release are divided by %s", timeScale);
    }
    PrintWriter out = spec.commandLine().getOut();
    try (ControlServer control =
        ControlServer.start(new SimulationApi(simulated.world()), controlHost, controlPort)) {
      process.run(
          simulated.nodes(),
          (window, seconds) -> faults.told(simulated.world().observe(window, seconds)),
          connection,
          links -> {
            faults.start(simulated, seed, links);
            out.printf(
                "READY nodes=%d devices=%d control=%s%n",
                simulated.nodes().size(), simulated.deviceCount(), control.address());
            out.flush();
          });
    }
    faults.close();
    return 0;
  }

  /** Which nodes of the pool. */
  static class Selection {
    @Option(
        names = "--only",
        paramLabel = "NODE",
        split = ",",
        description = "Run none but these nodes.")
    List<String> only = List.of();

    @Option(
        names = "--except",
        paramLabel = "NODE",
        split = ",",
        description = "Run all but these nodes.")
    List<String> except = List.of();
  }
}
