package dev.hejin.agent.app.driver;

import dev.hejin.agent.model.Directive;
import dev.hejin.agent.reconcile.EnginePort;
import dev.hejin.agent.reconcile.KeptState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Writes the whole map of a device into a file that the engine reads, then signals the engine by a
 * command, whose end means that it has taken the map over. The file is the state, too.
 */
final class FilePort implements EnginePort {
  private final Path map;
  private final Command signal;
  private final String deviceId;

  FilePort(Path map, Command signal, String deviceId) {
    this.map = map;
    this.signal = signal;
    this.deviceId = deviceId;
  }

  @Override
  public Action begin(Directive order, List<KeptState> before, List<KeptState> after) {
    try {
      DurableFile.write(map, ShardJson.state(deviceId, after));
      return signal.start(map + "\n");
    } catch (IOException e) {
      return new ExecPort.Ended(
          new Outcome("cannot tell the engine by %s: %s".formatted(map, e.getMessage()), false));
    }
  }

  /** The map says what the engine is to hold: it is left alone when it says so already. */
  @Override
  public Optional<String> keep(List<KeptState> held) {
    try {
      String text = ShardJson.state(deviceId, held);
      if (!DurableFile.read(map).orElse("").equals(text)) {
        DurableFile.write(map, text);
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          "cannot write %s: %s\nMaybe choose another folder with --map-dir"
              .formatted(map, e.getMessage()));
    }
  }
}
