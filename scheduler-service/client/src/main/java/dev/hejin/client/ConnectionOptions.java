package dev.hejin.client;

import dev.hejin.transport.ClientSecurity;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Options that every command has. */
public final class ConnectionOptions {
  /** Environment variable that names the scheduler. */
  static final String ADDRESS_VARIABLE = "HEJIN_SCHEDULER";

  private static final double MAX_TIMEOUT_SECONDS = 86_400;

  /** How results print. */
  public enum Output {
    /** For people. */
    table,
    /** Protobuf JSON, for programs. */
    json
  }

  @Option(
      names = "--scheduler",
      paramLabel = "HOST:PORT[,...]",
      description = {
        "Scheduler to ask, or several; also from environment variable HEJIN_SCHEDULER.",
        "Default: 127.0.0.1:7171."
      })
  private @Nullable String scheduler;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      description = "How to print results. Default: ${DEFAULT-VALUE}.")
  private Output output = Output.table;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Give up after this long. Default: 60.")
  private double timeoutSeconds = 60;

  @ArgGroup(
      exclusive = false,
      validate = false,
      heading = "%nFor a scheduler that asks who calls:%n")
  private final SecurityOptions security = new SecurityOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // Read by picocli.
  private boolean help;

  /** The scheduler that is asked first. */
  public SchedulerAddress address() {
    return addresses().getFirst();
  }

  private List<SchedulerAddress> addresses() {
    String text = explicit();
    return text == null
        ? List.of(SchedulerAddress.DEFAULT)
        : Arrays.stream(text.split(",", -1)).map(SchedulerAddress::parse).toList();
  }

  /** Whether the caller named a scheduler. */
  public boolean isExplicit() {
    return explicit() != null;
  }

  private @Nullable String explicit() {
    if (scheduler != null) {
      return scheduler;
    }
    String variable = System.getenv(ADDRESS_VARIABLE);
    return variable == null || variable.isBlank() ? null : variable.strip();
  }

  public boolean isJson() {
    return output == Output.json;
  }

  public Duration timeout() {
    if (!(timeoutSeconds > 0 && timeoutSeconds <= MAX_TIMEOUT_SECONDS)) {
      throw CommandFailure.usage(
          "--timeout is " + timeoutSeconds + "\nMaybe give seconds above 0, at most 86400.");
    }
    return Duration.ofMillis(Math.max(1, Math.round(timeoutSeconds * 1000)));
  }

  SchedulerConnection connect() {
    return SchedulerConnection.open(addresses(), timeout(), security());
  }

  /** Asks this one alone. */
  SchedulerConnection connect(SchedulerAddress address) {
    return SchedulerConnection.open(List.of(address), timeout(), security());
  }

  private ClientSecurity security() {
    try {
      return ClientSecurity.of(security.options());
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }
}
