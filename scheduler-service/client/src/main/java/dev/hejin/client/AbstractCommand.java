package dev.hejin.client;

import static java.util.Objects.requireNonNull;

import io.grpc.StatusRuntimeException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that asks one scheduler. */
abstract class AbstractCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  AbstractCommand(Console console) {
    this.console = requireNonNull(console, "console");
  }

  @Override
  public Integer call() {
    try (SchedulerConnection scheduler = connection.connect()) {
      return run(scheduler);
    } catch (StatusRuntimeException e) {
      throw FailureText.of(e, connection.address());
    }
  }

  /** Returns the exit code. */
  abstract int run(SchedulerConnection scheduler);

  Console console() {
    return console;
  }

  ConnectionOptions connection() {
    return connection;
  }

  boolean isJson() {
    return connection.isJson();
  }
}
