package dev.hejin.agent.app.driver;

import dev.hejin.agent.model.Directive;
import dev.hejin.agent.reconcile.EnginePort;
import dev.hejin.agent.reconcile.KeptState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Tells an engine by a command: the order as JSON on its standard input. The state is kept in a
 * file, for engines that cannot be asked.
 */
final class ExecPort implements EnginePort {
  private final Command command;
  private final String deviceId;
  private final Path stateFile;

  ExecPort(Command command, String deviceId, Path stateFile) {
    this.command = command;
    this.deviceId = deviceId;
    this.stateFile = stateFile;
  }

  @Override
  public Action begin(Directive order, List<KeptState> before, List<KeptState> after) {
    try {
      return command.start(ShardJson.order(order));
    } catch (IOException e) {
      return new Ended(new Outcome("cannot be started: " + e.getMessage(), false));
    }
  }

  @Override
  public Optional<String> keep(List<KeptState> held) {
    try {
      DurableFile.write(stateFile, ShardJson.state(deviceId, held));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          "cannot write %s: %s\nMaybe set HEJIN_STATE_FOLDER to another folder"
              .formatted(stateFile, e.getMessage()));
    }
  }

  /** An order that has ended before it began. */
  record Ended(Outcome end) implements Action {
    @Override
    public Optional<Outcome> outcome() {
      return Optional.of(end);
    }

    @Override
    public void stop() {}
  }
}
