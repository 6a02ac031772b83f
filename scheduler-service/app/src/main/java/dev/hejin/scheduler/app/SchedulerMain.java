package dev.hejin.scheduler.app;

import dev.hejin.catalog.chip.DeviceCatalog;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.runtime.SchedulerRuntime;
import dev.hejin.scheduler.app.security.ServerSecurity;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Starts the scheduler and says when it is ready, for those who start it as a child process. */
@QuarkusMain
public class SchedulerMain implements QuarkusApplication {
  private static final Logger LOG = Logger.getLogger(SchedulerMain.class);
  private static final int EXIT_USAGE = 2;

  private final SchedulerConfig config;
  private final SchedulerRuntime runtime;
  private final ServerSecurity security;
  private final String host;
  private final int port;

  SchedulerMain(
      SchedulerConfig config,
      SchedulerRuntime runtime,
      ServerSecurity security,
      @ConfigProperty(name = "quarkus.grpc.server.host") String host,
      @ConfigProperty(name = "quarkus.grpc.server.port") int port) {
    this.config = config;
    this.runtime = runtime;
    this.security = security;
    this.host = host;
    this.port = port;
  }

  @Override
  public int run(String... args) {
    if (security.refusal().isPresent()) {
      System.err.println(security.refusal().get());
      return EXIT_USAGE;
    }
    config.parentPid().ifPresent(SchedulerMain::endWith);
    // Read now: the first agent's registration would otherwise hold up the network thread.
    LOG.debugf("%d chips in the catalogue", DeviceCatalog.shipped().chips().size());
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
