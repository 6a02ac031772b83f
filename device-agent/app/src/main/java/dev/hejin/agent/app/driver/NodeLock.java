package dev.hejin.agent.app.driver;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second agent of the same node away from its engine. The lock goes with the process that
 * holds it, however that ends.
 */
public final class NodeLock {
  /** Held to the end of the process: what is collected is released. */
  private static final CopyOnWriteArrayList<FileLock> HELD = new CopyOnWriteArrayList<>();

  private NodeLock() {}

  /**
   * @throws IllegalArgumentException when another agent has it, or the folder cannot be written
   */
  public static void take(Path folder, String nodeId) {
    Path file = folder.resolve(nodeId.replaceAll("[^A-Za-z0-9.-]", "_") + ".lock");
    FileLock lock = null;
    try {
      Files.createDirectories(folder);
      lock = tryLock(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "cannot write %s: %s\nMaybe set HEJIN_STATE_FOLDER to another folder"
              .formatted(file, e.getMessage()),
          e);
    }
    if (lock == null) {
      throw new IllegalArgumentException(
          "node %s has an agent already, which holds %s\nMaybe stop that one, or give this one another --name"
              .formatted(nodeId, file));
    }
    HELD.add(lock);
  }

  private static @Nullable FileLock tryLock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
      }
      return lock;
    } catch (OverlappingFileLockException e) {
      channel.close();
      return null;
    }
  }
}
