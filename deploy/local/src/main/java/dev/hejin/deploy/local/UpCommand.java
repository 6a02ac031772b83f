package dev.hejin.deploy.local;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.CommandFailure;
import dev.hejin.client.Console;
import dev.hejin.client.FailureText;
import dev.hejin.client.SchedulerAddress;
import dev.hejin.deploy.local.cluster.ClusterOptions;
import dev.hejin.deploy.local.cluster.LocalCluster;
import dev.hejin.deploy.local.process.Installation;
import dev.hejin.deploy.local.process.StartFailure;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs a whole cluster on this machine, with simulated devices. */
@Command(
    name = "up",
    description = {
      "Run scheduler, broker and simulated devices on this machine, deploy a model, and play a",
      "scenario: the load shifts, a device slows, a node dies and returns. With --once, judge how",
      "the scheduler takes it, print a summary and end; otherwise go slowly, then stay until Ctrl-C."
    },
    footer = {
      "",
      "Exit codes with --once: 0 every check passed, 1 one failed, 2 it could not run."
    })
final class UpCommand implements Callable<Integer> {
  /** It could not run. */
  static final int COULD_NOT_RUN = 2;

  private static final int FAILED = 1;

  private final Console console;
  private final Installation installation;

  @Mixin private final UpOptions options = new UpOptions();

  UpCommand(Console console, Installation installation) {
    this.console = requireNonNull(console, "console");
    this.installation = requireNonNull(installation, "installation");
  }

  @Override
  public Integer call() throws InterruptedException {
    options.check();
    RunPlan plan = RunPlan.read(options);
    int port = port();
    Path folder = RunFolder.make(installation.home(), options.data);
    LocalCluster cluster =
        new LocalCluster(
            installation,
            new ClusterOptions(
                options.pool,
                plan.pool(),
                plan.victims(),
                folder,
                port,
                plan.seed(),
                options.timeScale()));
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread hook =
        new Thread(
            () -> {
              interrupted.set(true);
              end(cluster, folder, true);
            },
            "end-up");
    Runtime.getRuntime().addShutdownHook(hook);
    boolean good = false;
    try {
      good = new UpRun(console, options, plan, cluster, folder).run();
      return good ? 0 : FAILED;
    } catch (RuntimeException e) {
      if (interrupted.get()) {
        // Ctrl-C: what a dying scheduler answers is of no interest.
        return COULD_NOT_RUN;
      }
      throw inWords(e, port, folder);
    } finally {
      removeHook(hook);
      end(cluster, folder, good);
    }
  }

  private static RuntimeException inWords(RuntimeException failure, int port, Path folder) {
    return switch (failure) {
      case StartFailure e -> couldNotRun(e.getMessage(), folder);
      case CommandFailure e -> couldNotRun(e.getMessage(), folder);
      case IllegalStateException e -> couldNotRun(String.valueOf(e.getMessage()), folder);
      case StatusRuntimeException e ->
          couldNotRun(
              FailureText.of(e, new SchedulerAddress("127.0.0.1", port)).getMessage(), folder);
      default -> failure;
    };
  }

  private int port() {
    if (options.port != null) {
      if (!Installation.isFree(options.port)) {
        throw CommandFailure.usage(
            "--port " + options.port + " is in use\nMaybe another ./hejin up runs; give another.");
      }
      return options.port;
    }
    int usual = SchedulerAddress.DEFAULT.port();
    return !options.once && Installation.isFree(usual) ? usual : Installation.freePort();
  }

  private static CommandFailure couldNotRun(String message, Path folder) {
    return CommandFailure.usage(message + "\nlogs: " + folder.resolve("logs"));
  }

  /** Ends all processes; a good run leaves nothing behind. */
  private void end(LocalCluster cluster, Path folder, boolean good) {
    cluster.close();
    if (good && !options.keep) {
      RunFolder.remove(folder);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook runs.
      return;
    }
  }
}
