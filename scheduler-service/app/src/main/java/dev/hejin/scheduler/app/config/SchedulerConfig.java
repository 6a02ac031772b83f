package dev.hejin.scheduler.app.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Settings, prefix {@code hejin}; each can be given as an environment variable. */
@ConfigMapping(prefix = "hejin")
public interface SchedulerConfig {

  /** Bootstrap servers of Kafka; environment variable {@code KAFKA_BOOTSTRAP_SERVERS}. */
  @WithDefault("${KAFKA_BOOTSTRAP_SERVERS:127.0.0.1:9092}")
  String kafkaBootstrapServers();

  /**
   * File with properties of Kafka clients, {@code security.protocol}, {@code ssl.*} and {@code
   * sasl.*}; environment variable {@code HEJIN_KAFKA_PROPERTIES}.
   */
  Optional<String> kafkaProperties();

  /** Who may do what. */
  SecurityConfig security();

  /**
   * {@code HOST:PORT} at which agents, callers and other schedulers reach this one; unlike any
   * other's. The gRPC host and port where it is not given.
   */
  Optional<String> advertisedAddress();

  /** Topics. */
  Topics topics();

  /** Which scheduler leads. */
  Election election();

  /** The event log. */
  Log log();

  /** Agent sessions. */
  Agents agents();

  /** Rebalancing. */
  Rebalance rebalance();

  /** How fast shards move. */
  Migration migration();

  /** The process ends when this one does. */
  Optional<Long> parentPid();

  /**
   * When the READY line is printed: {@code log} after replay, {@code grpc} as soon as calls work.
   */
  @WithDefault("log")
  String ready();

  /** Names and replication of topics. */
  interface Topics {
    /** Event log: one partition. */
    @WithDefault("hejin.event")
    String event();

    /** Device samples. */
    @WithDefault("hejin.telemetry.device")
    String telemetryDevice();

    /** Expert samples. */
    @WithDefault("hejin.telemetry.expert")
    String telemetryExpert();

    /** Replicas of topics that the scheduler creates; -1 takes the broker's default. */
    @WithDefault("-1")
    short replicationFactor();

    /** Partitions of the telemetry topics. */
    @WithDefault("4")
    int telemetryPartitions();
  }

  /** Which scheduler leads. */
  interface Election {
    /** Consumer group of all schedulers of one cluster. */
    @WithDefault("hejin-scheduler")
    String group();

    /**
     * A leader that the broker hears nothing of for so long is replaced. The broker's {@code
     * group.min.session.timeout.ms}, 6 s where nobody changed it, is the least.
     */
    @WithDefault("6s")
    Duration sessionTimeout();

    /** Signs of life to the broker. */
    @WithDefault("500ms")
    Duration heartbeatInterval();
  }

  /** The event log. */
  interface Log {
    /** A snapshot is written after so many events. */
    @WithDefault("1000")
    long snapshotEvents();

    /** A snapshot is written after so many bytes of events. */
    @WithDefault("67108864")
    long snapshotBytes();
  }

  /** Timing of agent sessions. */
  interface Agents {
    /** Heartbeats are due this often. */
    @WithDefault("1s")
    Duration heartbeatInterval();

    /**
     * A node is lost when its silence is this surprising: minus the decimal logarithm of the
     * probability that its next heartbeat is yet to come.
     */
    @WithDefault("10")
    double phiThreshold();

    /** Deviation of heartbeats' intervals that is assumed at least. */
    @WithDefault("500ms")
    Duration heartbeatDeviation();

    /**
     * An agent that hears nothing for this long leaves; a node that is silent for twice as long is
     * lost however irregular its heartbeats were.
     */
    @WithDefault("5s")
    Duration heartbeatTimeout();

    /** A node whose stream broke has this long to come back. */
    @WithDefault("2s")
    Duration reconnectGrace();

    /** After a restart, known nodes have this long to register. */
    @WithDefault("15s")
    Duration restartGrace();
  }

  /** How fast shards move in planned changes. What nobody serves is loaded without these limits. */
  interface Migration {
    /** A new leader moves nothing before all known nodes have reported, or this time is over. */
    @WithDefault("5s")
    Duration firstReports();

    /** Bytes a second that one device may begin to load; 0 for no limit. */
    @WithDefault("0")
    double deviceBytesPerSecond();

    /** Bytes a second that the devices of a node may begin to load over its link; 0: no limit. */
    @WithDefault("0")
    double nodeBytesPerSecond();

    /** Layers whose replicas may move at a time. */
    @WithDefault("4")
    int layersInFlight();
  }

  /** When plans are reconsidered. */
  interface Rebalance {
    /** Window over which telemetry is aggregated. */
    @WithDefault("3s")
    Duration window();

    /** Least time from an active epoch to the next one for drift or slow devices. */
    @WithDefault("6s")
    Duration cooldown();

    /** A speed must differ by this much from the known one to be believed. */
    @WithDefault("0.06")
    double speedTolerance();

    /**
     * Below this speed a device is compared with its absence, and set aside where that is better.
     */
    @WithDefault("0.5")
    double asideBelow();

    /** A change that nobody forces must earn its cost within this time. */
    @WithDefault("10m")
    Duration paybackHorizon();

    /** Bytes a second that a device is taken to load; an assumption until it is measured. */
    @WithDefault("6e9")
    double loadBytesPerSecond();

    /** Share of throughput taken to be lost while shards move; an assumption on the safe side. */
    @WithDefault("0.1")
    double disturbance();

    /**
     * On a pool of so many devices a plan that loses some is repaired stage by stage at once, and
     * made anew later; on a smaller one it is made anew at once.
     */
    @WithDefault("256")
    int repairFromDevices();

    /**
     * Repairs that a scheduler makes and throws away when a deployment on such a pool is first
     * active under it, so that the first real one runs as fast as later ones; 0: none.
     */
    @WithDefault("40")
    int rehearsals();

    /** A change that full devices block for so long is replaced by one that keeps stages. */
    @WithDefault("10s")
    Duration blockedPatience();

    /** Whether plans take what telemetry says of device types before the cost model's curves. */
    @WithDefault("true")
    boolean calibrate();
  }
}
