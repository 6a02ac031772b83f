package dev.hejin.scheduler.app;

import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.runtime.SchedulerRuntime;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Starts the scheduler and says when it is ready, for those who start it as a child process. */
@QuarkusMain
public class SchedulerMain implements QuarkusApplication {
  private final SchedulerConfig config;
  private final SchedulerRuntime runtime;
  private final String host;
  private final int port;

  SchedulerMain(
      SchedulerConfig config,
      SchedulerRuntime runtime,
      @ConfigProperty(name = "quarkus.grpc.server.host") String host,
      @ConfigProperty(name = "quarkus.grpc.server.port") int port) {
    this.config = config;
    this.runtime = runtime;
    this.host = host;
    this.port = port;
  }

  @Override
  public int run(String... args) {
    config.parentPid().ifPresent(SchedulerMain::endWith);
    Runnable ready = () -> System.out.println("READY grpc=" + host + ":" + port);
    if (config.ready().equals("grpc")) {
      ready.run();
    } else {
      var unused = runtime.opened().thenRun(ready);
    }
    Quarkus.waitForExit();
    return 0;
  }

  private static void endWith(long pid) {
    ProcessHandle.of(pid)
        .ifPresentOrElse(
            parent -> {
              var unused = parent.onExit().thenRun(Quarkus::asyncExit);
            },
            Quarkus::asyncExit);
  }
}
