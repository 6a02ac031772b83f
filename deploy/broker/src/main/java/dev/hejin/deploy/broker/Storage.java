package dev.hejin.deploy.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.properties.MetaProperties;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.properties.MetaPropertiesVersion;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * Kafka's files below the data folder: formats new ones, refuses those of someone else.
 *
 * <p>Formatting writes {@code meta.properties} last and in one step. Files without it are either a
 * format that was cut short, which is done again, or the logs of a broker that lost it.
 */
final class Storage {
  static final int NODE_ID = 1;
  private static final String OTHER_FOLDER =
      "move the folder away to keep it, or delete it to start with an empty broker.";

  private Storage() {}

  /**
   * Leaves {@code folder} ready for node {@value #NODE_ID}, with a cluster id kept for good.
   *
   * @param scramUsers who may log in; read only when the folder is new
   */
  static void prepare(Path folder, String controllerListener, List<String> scramUsers)
      throws BadInputException {
    Path meta = folder.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME);
    if (Files.exists(meta)) {
      verify(meta);
      return;
    }
    try {
      removeUnfinishedFormat(folder);
      Formatter formatter = new Formatter();
      formatter.setPrintStream(
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
      formatter.setClusterId(Uuid.randomUuid().toString());
      formatter.setNodeId(NODE_ID);
      formatter.addDirectory(folder.toString());
      formatter.setMetadataLogDirectory(folder.toString());
      formatter.setControllerListenerName(controllerListener);
      formatter.setScramArguments(scramUsers);
      formatter.run();
    } catch (BadInputException e) {
      throw e;
    } catch (Exception e) {
      throw new BadInputException(
          "data folder " + folder + " cannot be formatted: " + e,
          "the disk is full or the folder is not writable.");
    }
  }

  private static void verify(Path meta) throws BadInputException {
    MetaProperties properties;
    try (Reader reader = Files.newBufferedReader(meta)) {
      Properties loaded = new Properties();
      loaded.load(reader);
      properties = new MetaProperties.Builder(loaded).build();
    } catch (IOException | RuntimeException e) {
      throw new BadInputException(meta + " cannot be read: " + e.getMessage(), OTHER_FOLDER);
    }
    if (properties.version() != MetaPropertiesVersion.V1 || properties.clusterId().isEmpty()) {
      throw new BadInputException(
          meta + " has no version 1 with a cluster id, so it is damaged", OTHER_FOLDER);
    }
    if (properties.nodeId().orElse(-1) != NODE_ID) {
      throw new BadInputException(
          "%s is of node %s in cluster %s, this broker is node %d"
              .formatted(
                  meta,
                  properties.nodeId().isPresent() ? properties.nodeId().getAsInt() : "unknown",
                  properties.clusterId().get(),
                  NODE_ID),
          OTHER_FOLDER);
    }
  }

  private static void removeUnfinishedFormat(Path folder) throws IOException, BadInputException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      if (!file.toString().matches(".*(\\.checkpoint(\\.part)?|\\.tmp)")) {
        throw new BadInputException(
            "data folder %s holds %s but no meta.properties"
                .formatted(folder, folder.relativize(file)),
            OTHER_FOLDER);
      }
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }
}
