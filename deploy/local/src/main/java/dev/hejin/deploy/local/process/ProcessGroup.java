package dev.hejin.deploy.local.process;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Processes that live no longer than we do. Closing asks the youngest first, then ends by force
 * what is still there; so does the end of this process, unless it is killed: then the children
 * notice that their parent is gone.
 */
public final class ProcessGroup implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(4);
  private static final Duration AFTER_FORCE = Duration.ofSeconds(2);

  private final Path logs;
  private final List<ChildProcess> children = new ArrayList<>();
  private final Thread hook;
  private boolean closed;

  public ProcessGroup(Path logs) {
    this.logs = requireNonNull(logs, "logs");
    try {
      Files.createDirectories(logs);
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for logs: " + logs, e);
    }
    this.hook = new Thread(this::endAll, "end-children");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts a process that logs to {@code <name>.log}. */
  public synchronized ChildProcess start(
      String name, List<String> command, Map<String, String> environment) {
    if (closed) {
      throw new StartFailure(name + " does not start: we are ending\nMaybe Ctrl-C was pressed.");
    }
    ChildProcess child =
        ChildProcess.start(name, command, environment, logs.resolve(name + ".log"));
    children.add(child);
    return child;
  }

  /** Processes that have ended although nobody told them to. */
  public synchronized List<ChildProcess> dead() {
    return children.stream().filter(child -> !child.isAlive()).toList();
  }

  /** Kills a process at once and forgets it. */
  public synchronized void kill(ChildProcess child) {
    child.kill();
    children.remove(child);
  }

  public Path logs() {
    return logs;
  }

  @Override
  public void close() {
    endAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook has run or is running, and waits for this lock.
    }
  }

  private synchronized void endAll() {
    closed = true;
    children.reversed().forEach(ChildProcess::askToEnd);
    try {
      long end = System.nanoTime() + GRACE.toNanos();
      for (ChildProcess child : children) {
        if (!child.awaitEnd(Duration.ofNanos(end - System.nanoTime()))) {
          break;
        }
      }
      children.forEach(ChildProcess::kill);
      long last = System.nanoTime() + AFTER_FORCE.toNanos();
      for (ChildProcess child : children) {
        if (!child.awaitEnd(Duration.ofNanos(last - System.nanoTime()))) {
          System.err.println(child.name() + " does not end: process " + child.pid());
        }
      }
    } catch (InterruptedException e) {
      children.forEach(ChildProcess::kill);
      Thread.currentThread().interrupt();
    }
    children.clear();
  }
}
