package dev.hejin.agent.app.command;

import dev.hejin.agent.app.config.AgentConfig;
import dev.hejin.agent.app.link.LinkSettings;
import dev.hejin.agent.app.link.Links;
import dev.hejin.agent.app.link.LocalNode;
import dev.hejin.agent.app.observe.AgentMeters;
import dev.hejin.agent.app.telemetry.Telemetry;
import dev.hejin.agent.app.telemetry.TelemetrySettings;
import dev.hejin.agent.app.telemetry.TelemetrySource;
import dev.hejin.transport.ClientSecurity;
import dev.hejin.transport.KafkaProperties;
import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** What both commands do: hold the sessions, send telemetry, wait for the end. */
@ApplicationScoped
public class AgentProcess {
  private static final Logger LOG = Logger.getLogger(AgentProcess.class);

  private final AgentConfig config;
  private final String version;

  AgentProcess(
      AgentConfig config,
      @ConfigProperty(name = "quarkus.application.version", defaultValue = "dev") String version) {
    this.config = config;
    this.version = version;
  }

  AgentConfig config() {
    return config;
  }

  /**
   * Runs until the process is asked to stop.
   *
   * @param whenReady gets the sessions when each node has been registered once
   */
  void run(
      Collection<LocalNode> nodes,
      TelemetrySource source,
      ConnectionOptions options,
      Consumer<Links> whenReady) {
    options.parentPid.ifPresent(AgentProcess::followParent);
    ClientSecurity security = options.security();
    security.watch(config.tlsReloadPeriod(), LOG::info);
    LinkSettings settings =
        new LinkSettings(
            options.scheduler.orElse(config.scheduler()),
            version,
            UUID.randomUUID().toString(),
            config.link().firstRetry(),
            config.link().lastRetry(),
            config.link().refusedRetry(),
            security);
    Optional<Telemetry> telemetry = telemetry(source, options);
    try (Links links = new Links(nodes, settings, ThreadLocalRandom.current())) {
      AgentMeters.makeAll(links::registered, () -> telemetry.map(Telemetry::dropped).orElse(0L));
      sayPages();
      telemetry.ifPresent(Telemetry::start);
      var unused = links.start().thenRun(() -> whenReady.accept(links));
      Quarkus.waitForExit();
    } finally {
      security.close();
      telemetry.ifPresent(Telemetry::close);
    }
  }

  private void sayPages() {
    Config pages = ConfigProvider.getConfig();
    String host = pages.getOptionalValue("quarkus.http.host", String.class).orElse("0.0.0.0");
    pages
        .getOptionalValue("quarkus.http.port", Integer.class)
        .ifPresent(port -> LOG.infof("metrics at http://%s:%d/q/metrics", host, port));
  }

  private Optional<Telemetry> telemetry(TelemetrySource source, ConnectionOptions options) {
    Optional<String> kafka =
        options.kafka.or(config::kafkaBootstrapServers).filter(servers -> !servers.isBlank());
    if (kafka.isEmpty()) {
      LOG.info("no Kafka is configured, telemetry is off; maybe set --kafka");
    }
    AgentConfig.Telemetry settings = config.telemetry();
    return kafka.map(
        servers ->
            new Telemetry(
                source,
                new TelemetrySettings(
                    servers,
                    KafkaProperties.read(config.kafkaProperties()),
                    settings.deviceTopic(),
                    settings.expertTopic(),
                    settings.window(),
                    settings.bufferRecords()),
                InstantSource.system()));
  }

  private static void followParent(long pid) {
    Optional<ProcessHandle> parent = ProcessHandle.of(pid);
    if (parent.isEmpty()) {
      LOG.infof("process %d is gone, so is its agent", pid);
      Quarkus.asyncExit();
      return;
    }
    var unused =
        parent
            .get()
            .onExit()
            .thenRun(
                () -> {
                  LOG.infof("process %d has ended, so does its agent", pid);
                  Quarkus.asyncExit();
                });
  }
}
