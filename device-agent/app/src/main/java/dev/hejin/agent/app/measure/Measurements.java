package dev.hejin.agent.app.measure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Results of measurements, kept in one file by device and driver version. */
public final class Measurements {
  private static final String FORMAT = "hejin.measurements/1";
  private static final Measurement NONE =
      new Measurement("", "", "", "", Map.of(), null, null, null, null);

  private final Path file;
  private final Map<Key, Measurement> kept = new TreeMap<>();

  private record Key(String device, String driverVersion) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byDevice = device.compareTo(other.device);
      return byDevice != 0 ? byDevice : driverVersion.compareTo(other.driverVersion);
    }
  }

  private Measurements(Path file) {
    this.file = file;
  }

  /**
   * Those of a folder; none where there is no file.
   *
   * @throws IllegalArgumentException when the file cannot be read
   */
  public static Measurements of(Path folder) {
    Measurements all = new Measurements(folder.resolve("measurements.json"));
    if (Files.exists(all.file)) {
      all.load();
    }
    return all;
  }

  private void load() {
    try {
      JsonNode root = MeasurementJson.parse(Files.readString(file, StandardCharsets.UTF_8));
      if (!root.path("format").asText("").equals(FORMAT)) {
        throw new IllegalArgumentException("format is not " + FORMAT + "\nMaybe measure again");
      }
      for (JsonNode each : root.path("measurements")) {
        put(MeasurementJson.read(each, NONE));
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void put(Measurement measurement) {
    kept.put(new Key(measurement.device(), measurement.driverVersion()), measurement);
  }

  /** That of a device with this driver; one of another driver does not count. */
  public Optional<Measurement> find(String device, String driverVersion) {
    return Optional.ofNullable(kept.get(new Key(device, driverVersion)));
  }

  /** Keeps one, in place of an older one of the same device and driver. */
  public void keep(Measurement measurement) {
    put(measurement);
    ObjectNode root = new ObjectMapper().createObjectNode().put("format", FORMAT);
    kept.values().forEach(each -> root.withArray("measurements").add(MeasurementJson.write(each)));
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path beside = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(beside, root.toPrettyString(), StandardCharsets.UTF_8);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "cannot write %s: %s\nMaybe set HEJIN_STATE_FOLDER to another folder"
              .formatted(file, e.getMessage()),
          e);
    }
  }
}
