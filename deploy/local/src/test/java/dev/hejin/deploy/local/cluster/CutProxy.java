package dev.hejin.deploy.local.cluster;

import dev.hejin.client.SchedulerAddress;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A wire between an agent and a scheduler that can be cut: no byte passes any more, in either
 * direction, and no connection ends, as when a switch loses its power.
 */
final class CutProxy implements AutoCloseable {
  private final ServerSocket server;
  private final SchedulerAddress target;
  private final CopyOnWriteArrayList<Closeable> open = new CopyOnWriteArrayList<>();
  private boolean cut;
  private volatile boolean closed;

  CutProxy(SchedulerAddress target) {
    this.target = target;
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var unused = Thread.ofVirtual().start(this::accept);
  }

  SchedulerAddress address() {
    return new SchedulerAddress("127.0.0.1", server.getLocalPort());
  }

  synchronized void cut() {
    cut = true;
  }

  synchronized void mend() {
    cut = false;
    notifyAll();
  }

  private synchronized void awaitWhole() throws InterruptedException {
    while (cut) {
      wait();
    }
  }

  private void accept() {
    try {
      while (!closed) {
        Socket near = server.accept();
        open.add(near);
        awaitWhole();
        Socket far = new Socket(target.host(), target.port());
        open.add(far);
        near.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
        var there = Thread.ofVirtual().start(() -> pass(near, far));
        var back = Thread.ofVirtual().start(() -> pass(far, near));
        assert there != back;
      }
    } catch (IOException | InterruptedException e) {
      closed = true;
    }
  }

  private void pass(Socket from, Socket to) {
    byte[] buffer = new byte[16 << 10];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitWhole();
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    mend();
    open.add(server);
    for (Closeable each : open) {
      try {
        each.close();
      } catch (IOException e) {
        continue;
      }
    }
  }
}
