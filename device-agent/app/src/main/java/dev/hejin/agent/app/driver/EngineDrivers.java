package dev.hejin.agent.app.driver;

import dev.hejin.agent.model.HeldState;
import dev.hejin.agent.model.ShardKey;
import dev.hejin.agent.reconcile.DeviceDriver;
import dev.hejin.agent.reconcile.EngineDriver;
import dev.hejin.agent.reconcile.KeptState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Drivers of devices whose engine is outside this process. */
public final class EngineDrivers {
  private EngineDrivers() {}

  /**
   * Drives by a command.
   *
   * @param command gets each order on its standard input
   * @param listCommand tells what the engine holds; empty: what was written down last counts
   * @param stateFolder where that is
   * @throws IllegalArgumentException when what is held cannot be told
   */
  public static DeviceDriver exec(
      String deviceId,
      long memoryBytes,
      String command,
      String listCommand,
      Duration limit,
      Path stateFolder) {
    Path stateFile = stateFolder.resolve(DurableFile.nameOf(deviceId));
    List<KeptState> held = kept(stateFile, deviceId);
    if (!listCommand.isEmpty()) {
      held = told(new Command(listCommand, limit), deviceId, held);
    }
    return new EngineDriver(
        deviceId,
        memoryBytes,
        new ExecPort(new Command(command, limit), deviceId, stateFile),
        held);
  }

  /**
   * Drives by a file, one a device, and a command that tells the engine to read it.
   *
   * @throws IllegalArgumentException when the file that is there cannot be read
   */
  public static DeviceDriver file(
      String deviceId, long memoryBytes, Path mapFolder, String signal, Duration limit) {
    Path map = mapFolder.resolve(DurableFile.nameOf(deviceId));
    List<KeptState> held = kept(map, deviceId);
    Command command = new Command(signal, limit);
    if (!held.isEmpty()) {
      // The agent may have ended between the file and the signal.
      ask(command, map + "\n", deviceId);
    }
    return new EngineDriver(deviceId, memoryBytes, new FilePort(map, command, deviceId), held);
  }

  private static List<KeptState> kept(Path file, String deviceId) {
    try {
      return DurableFile.read(file)
          .map(text -> ShardJson.states(text, deviceId, file.toString()))
          .orElse(List.of());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "cannot read %s: %s\nMaybe the agent may not read it".formatted(file, e.getMessage()), e);
    }
  }

  /** What the engine says it holds; routes are those last written down that it can still serve. */
  private static List<KeptState> told(Command command, String deviceId, List<KeptState> kept) {
    String answer = ask(command, ShardJson.list(deviceId), deviceId);
    List<KeptState> states = new ArrayList<>();
    for (KeptState told : ShardJson.states(answer, deviceId, "the answer to list")) {
      KeptState known =
          kept.stream()
              .filter(each -> each.held().deploymentId().equals(told.held().deploymentId()))
              .findFirst()
              .orElse(null);
      states.add(
          known != null && told.held().routes().isEmpty() && holdsAll(told, known)
              ? new KeptState(
                  new HeldState(
                      deviceId,
                      told.held().deploymentId(),
                      told.held().shards(),
                      known.held().routes(),
                      known.held().epoch()),
                  known.shape())
              : told);
    }
    return states;
  }

  private static boolean holdsAll(KeptState told, KeptState known) {
    Set<ShardKey> there =
        told.held().shards().stream()
            .map(shard -> shard.key())
            .collect(Collectors.toCollection(TreeSet::new));
    return known.held().shards().stream().allMatch(shard -> there.contains(shard.key()));
  }

  private static String ask(Command command, String input, String deviceId) {
    try {
      return command.answer(input);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the engine of %s cannot be asked what it holds: %s\nMaybe it is not up yet: start the agent after it"
              .formatted(deviceId, e.getMessage()),
          e);
    }
  }
}
