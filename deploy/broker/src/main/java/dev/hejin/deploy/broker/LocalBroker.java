package dev.hejin.deploy.broker;

import java.io.PrintStream;
import java.util.List;
import org.apache.kafka.common.utils.Exit;
import org.slf4j.LoggerFactory;

/**
 * Runs one Kafka broker until it is told to stop.
 *
 * <p>Exit codes: 0 and 143 stopped as asked, 1 Kafka failed, 2 bad input.
 */
public final class LocalBroker {
  private static final int BAD_INPUT = 2;
  private static final int FAILED = 1;
  private static final long SHUTDOWN_LIMIT_MILLIS = 8_000;

  private LocalBroker() {}

  /** See {@link BrokerOptions#USAGE}. */
  public static void main(String[] arguments) {
    // Standard output belongs to the READY line, whatever a library prints.
    PrintStream out = System.out;
    System.setOut(System.err);
    if (List.of(arguments).contains("--help")) {
      out.println(BrokerOptions.USAGE);
      return;
    }
    try {
      out.println("READY bootstrap=127.0.0.1:" + run(BrokerOptions.parse(List.of(arguments))));
      out.flush();
    } catch (BadInputException e) {
      System.err.println("broker: " + e.getMessage());
      System.exit(BAD_INPUT);
    } catch (StartException e) {
      System.err.println("broker: " + e.getMessage());
      System.exit(FAILED);
    }
  }

  /** Starts the broker and returns its port. Kafka's threads keep the process alive. */
  private static int run(BrokerOptions options) throws BadInputException, StartException {
    if (options.parentPid().isPresent()) {
      ParentWatch.of(options.parentPid().getAsLong()).onGone(() -> System.exit(0));
    }
    ListenerSecurity security = ListenerSecurity.read(options.security());
    // Never closed: lock and sockets live as long as the process.
    DataFolder data = DataFolder.open(options.data(), DataFolder.MIN_FREE_BYTES);
    System.setProperty("hejin.broker.log", data.log().toString());
    System.setProperty("log4j.shutdownHookEnabled", "false");
    ReservedPorts ports = ReservedPorts.bind(options.port());
    Storage.prepare(data.kafka(), BrokerSettings.CONTROLLER_LISTENER, security.scramUsers());
    reportFatalFaults(data);
    try {
      KafkaNode node = KafkaNode.create(data.kafka(), ports, security);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(node), "stop-broker"));
      node.start();
      return ports.brokerPort();
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(LocalBroker.class).error("Kafka did not start", e);
      throw new StartException("Kafka did not start: " + e + System.lineSeparator() + seeLog(data));
    }
  }

  private static void stop(KafkaNode node) {
    Thread.ofPlatform()
        .daemon()
        .name("stop-limit")
        .start(
            () -> {
              try {
                Thread.sleep(SHUTDOWN_LIMIT_MILLIS);
                Runtime.getRuntime().halt(FAILED);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    node.shutdown();
  }

  /** Kafka ends the process itself when it cannot go on, such as on a full disk. */
  private static void reportFatalFaults(DataFolder data) {
    Exit.setExitProcedure(
        (status, message) -> {
          System.err.println("broker: Kafka stopped with status " + status + "\n" + seeLog(data));
          Runtime.getRuntime().exit(status);
        });
    Exit.setHaltProcedure(
        (status, message) -> {
          System.err.println("broker: Kafka halted with status " + status + "\n" + seeLog(data));
          Runtime.getRuntime().halt(status);
        });
  }

  private static String seeLog(DataFolder data) {
    return "Maybe " + data.log() + " says why.";
  }

  private static final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    StartException(String message) {
      super(message);
    }
  }
}
