package dev.hejin.deploy.broker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The broker's folder, checked and locked before any Kafka class is loaded.
 *
 * <p>Layout: {@code kafka/} Kafka's own files, {@code broker.log} the log, {@code broker.lock} held
 * while a broker runs (the system releases it when the process dies, however it dies).
 */
final class DataFolder implements AutoCloseable {
  /** Kafka needs little; below this it would soon stop in the middle of a write. */
  static final long MIN_FREE_BYTES = 64L << 20;

  private final Path root;
  private final FileChannel lockFile;

  private DataFolder(Path root, FileChannel lockFile) {
    this.root = root;
    this.lockFile = lockFile;
  }

  static DataFolder open(Path root, long minFreeBytes) throws BadInputException {
    if (Files.exists(root.resolve("meta.properties"))) {
      throw new BadInputException(
          "data folder " + root + " is the log folder of another Kafka broker (meta.properties)",
          "give an empty or new folder with --data; this broker keeps Kafka's files one level down.");
    }
    try {
      Files.createDirectories(root);
      long freeBytes = Files.getFileStore(root).getUsableSpace();
      if (freeBytes < minFreeBytes) {
        throw new BadInputException(
            "data folder %s has %d MiB free, the broker needs %d MiB"
                .formatted(root, freeBytes >> 20, minFreeBytes >> 20),
            "free some space, or give a folder on another disk with --data.");
      }
      DataFolder folder = new DataFolder(root, lock(root));
      Files.createDirectories(folder.kafka());
      // Opening and truncating nothing: finds a read-only folder or file before log4j does.
      FileChannel.open(folder.log(), StandardOpenOption.CREATE, StandardOpenOption.WRITE).close();
      return folder;
    } catch (IOException e) {
      throw new BadInputException(
          "data folder " + root + " cannot be written: " + reason(e),
          "correct its owner and permissions, or give another folder with --data.");
    }
  }

  private static FileChannel lock(Path root) throws IOException, BadInputException {
    FileChannel channel =
        FileChannel.open(
            root.resolve("broker.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // The same process holds it: as good as another one.
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    if (lock == null) {
      throw new BadInputException(
          "data folder " + root + " is in use by a running broker",
          "stop that broker, or give another folder with --data.");
    }
    return channel;
  }

  private static String reason(IOException e) {
    String kind = e.getClass().getSimpleName().replace("Exception", "");
    if (e instanceof FileSystemException f) {
      return f.getReason() == null ? kind + " " + f.getFile() : f.getReason() + " " + f.getFile();
    }
    return e.getMessage() == null ? kind : e.getMessage();
  }

  Path kafka() {
    return root.resolve("kafka");
  }

  Path log() {
    return root.resolve("broker.log");
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
