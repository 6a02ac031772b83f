package dev.hejin.agent.app.command;

import io.quarkus.picocli.runtime.PicocliCommandLineFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.io.UncheckedIOException;
import picocli.CommandLine;

/** Bad input ends with its message and exit code 2; anything else with a stack trace. */
@ApplicationScoped
public class InputErrors {
  private static final int EXIT_BAD_INPUT = 2;

  @Produces
  CommandLine commandLine(PicocliCommandLineFactory factory) {
    return factory
        .create()
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              if (failure instanceof IllegalArgumentException
                  || failure instanceof UncheckedIOException) {
                command.getErr().println("Error: " + failure.getMessage());
                return EXIT_BAD_INPUT;
              }
              throw failure;
            });
  }
}
