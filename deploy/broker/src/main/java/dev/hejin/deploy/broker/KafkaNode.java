package dev.hejin.deploy.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import kafka.server.StandardFaultHandlerFactory;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.BrokerState;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.raft.QuorumConfig;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * Broker and controller in this process, put together as Kafka's own {@code KafkaRaftServer} does,
 * except that the listening sockets come from {@link ReservedPorts}.
 */
final class KafkaNode {
  private static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(4);
  private static final Duration RUNNING_LIMIT = Duration.ofSeconds(30);
  private static final long RUNNING_POLL_NANOS = 1_000_000;

  private final ControllerServer controller;
  private final BrokerServer broker;

  private KafkaNode(ControllerServer controller, BrokerServer broker) {
    this.controller = controller;
    this.broker = broker;
  }

  static KafkaNode create(Path folder, ReservedPorts ports, ListenerSecurity security) {
    KafkaConfig config =
        new KafkaConfig(
            BrokerSettings.of(folder, ports.brokerPort(), ports.controllerPort(), security), false);
    Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> storage =
        KafkaRaftServer.initializeLogDirs(
            config, LoggerFactory.getLogger(KafkaRaftServer.class), "");
    SharedServer shared =
        new SharedServer(
            config,
            storage._1(),
            Time.SYSTEM,
            new Metrics(),
            CompletableFuture.completedFuture(
                QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
            List.of(),
            new StandardFaultHandlerFactory(),
            ports);
    return new KafkaNode(
        new ControllerServer(shared, KafkaRaftServer.configSchema(), storage._2()),
        new BrokerServer(shared));
  }

  /** Returns when the broker is registered, caught up and answers requests. */
  void start() {
    controller.startup();
    broker.startup();
    awaitRunning();
  }

  /** The broker's start ends a moment before its own books say that it is running. */
  private void awaitRunning() {
    long end = System.nanoTime() + RUNNING_LIMIT.toNanos();
    while (broker.brokerState() != BrokerState.RUNNING) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("the broker started but is " + broker.brokerState());
      }
      LockSupport.parkNanos(RUNNING_POLL_NANOS);
    }
  }

  /** Broker first, so that the controller can note that it left. */
  void shutdown() {
    broker.shutdown(SHUTDOWN_LIMIT);
    controller.shutdown();
  }
}
