package dev.hejin.agent.app.measure;

import dev.hejin.agent.probe.DeviceReading;
import dev.hejin.agent.probe.ToolCommand;
import dev.hejin.agent.probe.ToolOutput;
import dev.hejin.agent.probe.ToolRunner;
import java.util.List;
import java.util.Map;

/**
 * Measures by a command of the operator's, which gets key, UUID and PCI address of a device as
 * arguments behind its own and prints one JSON object: see the README.
 */
public final class CommandMeasurer implements Measurer {
  private final String command;
  private final ToolRunner runner;

  /**
   * @param runner runs it, for as long as a measurement may take
   */
  public CommandMeasurer(String command, ToolRunner runner) {
    this.command = command;
    this.runner = runner;
  }

  @Override
  public boolean knows(String vendor) {
    return !vendor.equals("host");
  }

  @Override
  public Measurement measure(DeviceReading device, String date) throws MeasurementFailure {
    String line = command + " \"$@\"";
    ToolOutput output =
        runner.run(
            new ToolCommand(
                List.of("sh", "-c", line, "sh", device.key(), device.uuid(), device.busId()), ""));
    if (output.end() != ToolOutput.End.EXITED || output.exitCode() != 0) {
      throw new MeasurementFailure(
          "%s of device %s: %s, exit code %d: %s\nMaybe try it by hand"
              .formatted(
                  command,
                  device.key(),
                  output.end(),
                  output.exitCode(),
                  output.errors().lines().findFirst().orElse("it says nothing")));
    }
    Measurement given =
        new Measurement(
            Measurer.idOf(device),
            device.driverVersion(),
            command,
            date,
            Map.of(),
            null,
            null,
            null,
            null);
    try {
      Measurement told = MeasurementJson.read(MeasurementJson.parse(output.text()), given);
      return new Measurement(
          given.device(),
          given.driverVersion(),
          told.method(),
          date,
          told.opsPerSecond(),
          told.memoryBytesPerSecond(),
          told.hostToDeviceBytesPerSecond(),
          told.deviceToHostBytesPerSecond(),
          told.deviceToDeviceBytesPerSecond());
    } catch (IllegalArgumentException e) {
      throw new MeasurementFailure("the answer of " + command + ": " + e.getMessage());
    }
  }
}
