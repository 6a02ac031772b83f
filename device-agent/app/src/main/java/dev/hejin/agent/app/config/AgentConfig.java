package dev.hejin.agent.app.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings, prefix {@code hejin}; each can be given as an environment variable. */
@ConfigMapping(prefix = "hejin")
public interface AgentConfig {

  /** Host and port of the scheduler; environment variable {@code HEJIN_SCHEDULER}. */
  @WithDefault("127.0.0.1:9090")
  String scheduler();

  /** Bootstrap servers of Kafka; without them no telemetry is sent. */
  @WithName("kafka-bootstrap-servers")
  @WithDefault("${KAFKA_BOOTSTRAP_SERVERS:}")
  Optional<String> kafkaBootstrapServers();

  /**
   * File with properties of Kafka clients, {@code security.protocol}, {@code ssl.*} and {@code
   * sasl.*}; environment variable {@code HEJIN_KAFKA_PROPERTIES}.
   */
  Optional<Path> kafkaProperties();

  /** TLS files are looked at again this often. */
  @WithDefault("10s")
  Duration tlsReloadPeriod();

  /** Folder of what the agent must find again after a restart: what is held, what was measured. */
  @WithDefault("${user.home}/.local/state/hejin")
  Path stateFolder();

  /** The session with the scheduler. */
  Link link();

  /** What goes to Kafka. */
  Telemetry telemetry();

  /** Simulated devices. */
  Simulation simulation();

  /** Real devices. */
  Probe probe();

  /** Real devices. */
  interface Probe {
    /** A vendor's tool that takes longer is stopped. */
    @WithDefault("10s")
    Duration toolLimit();

    /** The devices are asked again this long after the last answer. */
    @WithDefault("10s")
    Duration interval();
  }

  /** The session with the scheduler. */
  interface Link {
    /** Wait after the first loss; doubles with each further one. */
    @WithDefault("500ms")
    Duration firstRetry();

    /** Longest wait between two attempts. */
    @WithDefault("5s")
    Duration lastRetry();

    /** Wait after the scheduler has refused the node. */
    @WithDefault("15s")
    Duration refusedRetry();
  }

  /** What goes to Kafka. */
  interface Telemetry {
    /** Topic of device samples. */
    @WithDefault("hejin.telemetry.device")
    String deviceTopic();

    /** Topic of expert samples. */
    @WithDefault("hejin.telemetry.expert")
    String expertTopic();

    /** One sample of each device for each window. */
    @WithDefault("1s")
    Duration window();

    /** Records kept while the broker cannot take them. */
    @WithDefault("20000")
    int bufferRecords();
  }

  /** Simulated devices. */
  interface Simulation {
    /** Rate at which one device gets weights from storage. */
    @WithDefault("6e9")
    double storageBytesPerSecond();

    /** No microbatch follows another sooner than this. */
    @WithDefault("1ms")
    Duration minimumStep();
  }
}
