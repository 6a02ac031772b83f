package dev.hejin.deploy.broker;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;

/** Kafka's settings for one node that starts fast, stays small and keeps its data. */
final class BrokerSettings {
  static final String CONTROLLER_LISTENER = "CONTROLLER";
  private static final String CLIENT_LISTENER = "CLIENTS";

  private BrokerSettings() {}

  static Properties of(Path folder, int brokerPort, int controllerPort, ListenerSecurity security) {
    Properties settings = new Properties();
    security.settings().forEach((name, value) -> settings.setProperty(listens(name), value));
    identity(settings, folder, brokerPort, controllerPort, security.protocol());
    oneCopyOfEverything(settings);
    small(settings);
    fast(settings);
    return settings;
  }

  /** Kafka takes the logins of a mechanism, such as {@code plain.sasl.*}, of a listener alone. */
  private static String listens(String name) {
    boolean ofMechanism = !name.startsWith("ssl.") && !name.startsWith("sasl.");
    return ofMechanism
        ? "listener.name." + CLIENT_LISTENER.toLowerCase(Locale.ROOT) + "." + name
        : name;
  }

  private static void identity(
      Properties s, Path folder, int brokerPort, int controllerPort, String protocol) {
    String controller = "127.0.0.1:" + controllerPort;
    s.setProperty("process.roles", "broker,controller");
    s.setProperty("node.id", Integer.toString(Storage.NODE_ID));
    s.setProperty(
        "listeners",
        "%s://127.0.0.1:%d,%s://%s"
            .formatted(CLIENT_LISTENER, brokerPort, CONTROLLER_LISTENER, controller));
    s.setProperty(
        "listener.security.protocol.map",
        "%s:%s,%s:PLAINTEXT".formatted(CLIENT_LISTENER, protocol, CONTROLLER_LISTENER));
    s.setProperty("inter.broker.listener.name", CLIENT_LISTENER);
    s.setProperty("controller.listener.names", CONTROLLER_LISTENER);
    s.setProperty("controller.quorum.voters", Storage.NODE_ID + "@" + controller);
    s.setProperty("log.dirs", folder.toString());
    // A misspelt topic is an error, not a new topic.
    s.setProperty("auto.create.topics.enable", "false");
  }

  private static void oneCopyOfEverything(Properties s) {
    s.setProperty("default.replication.factor", "1");
    s.setProperty("min.insync.replicas", "1");
    s.setProperty("offsets.topic.num.partitions", "1");
    s.setProperty("offsets.topic.replication.factor", "1");
    s.setProperty("transaction.state.log.num.partitions", "1");
    s.setProperty("transaction.state.log.replication.factor", "1");
    s.setProperty("transaction.state.log.min.isr", "1");
    s.setProperty("share.coordinator.state.topic.num.partitions", "1");
    s.setProperty("share.coordinator.state.topic.replication.factor", "1");
    s.setProperty("share.coordinator.state.topic.min.isr", "1");
  }

  private static void small(Properties s) {
    s.setProperty("num.network.threads", "2");
    s.setProperty("num.io.threads", "4");
    s.setProperty("background.threads", "2");
    s.setProperty("num.recovery.threads.per.data.dir", "2");
    s.setProperty("group.coordinator.threads", "1");
    // The default, 128 MiB, is taken from the heap at the start.
    s.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20));
    s.setProperty("log.segment.bytes", Integer.toString(64 << 20));
    s.setProperty("log.index.size.max.bytes", Integer.toString(1 << 20));
    s.setProperty("metadata.log.segment.bytes", Integer.toString(16 << 20));
    s.setProperty("metadata.max.retention.bytes", Integer.toString(64 << 20));
    // An idle node writes one record in this time; the default is two every second.
    s.setProperty("metadata.max.idle.interval.ms", "5000");
    s.setProperty("metric.reporters", "");
  }

  private static void fast(Properties s) {
    s.setProperty("group.initial.rebalance.delay.ms", "0");
    // Shutdown waits for the next heartbeat; the default is 2 s.
    s.setProperty("broker.heartbeat.interval.ms", "500");
    // A killed broker is let in again after this time; the default is 9 s.
    s.setProperty("broker.session.timeout.ms", "3000");
    s.setProperty("initial.broker.registration.timeout.ms", "20000");
  }
}
