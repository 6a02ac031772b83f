package dev.hejin.scheduler.app.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A connection on which every byte is ours: frames of HTTP/2 (RFC 9113) by hand, right or wrong.
 */
final class RawConnection implements AutoCloseable {
  static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;

  private static final int FRAME_HEADER_BYTES = 9;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  RawConnection(int port) throws IOException {
    this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  /** Writes as much as the other side takes; false when it has closed. */
  boolean write(byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** The preface and empty settings, as a client begins. */
  boolean begin() {
    return write(PREFACE) && write(frame(SETTINGS, 0, 0, new byte[0]));
  }

  static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(FRAME_HEADER_BYTES + payload.length)
        .put((byte) (payload.length >> 16))
        .put((byte) (payload.length >> 8))
        .put((byte) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** Header fields as literals without an index (RFC 7541, 6.2.2): name, value, name, value. */
  static byte[] headers(String... fields) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i += 2) {
      block.write(0);
      string(block, fields[i]);
      string(block, fields[i + 1]);
    }
    return block.toByteArray();
  }

  private static void string(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    int length = bytes.length;
    if (length < 127) {
      block.write(length);
    } else {
      block.write(127);
      for (length -= 127; length >= 128; length >>= 7) {
        block.write(length & 127 | 128);
      }
      block.write(length);
    }
    block.writeBytes(bytes);
  }

  /** What a gRPC call's headers are, but for its content type. */
  static byte[] call(String method, String contentType) {
    return headers(
        ":method",
        "POST",
        ":scheme",
        "http",
        ":path",
        "/" + method,
        ":authority",
        "localhost",
        "te",
        "trailers",
        "content-type",
        contentType);
  }

  /** Whether the other side closes the connection, or ends it with GOAWAY, in that time. */
  boolean isEnded(int millis) {
    return await(GOAWAY, 0, millis);
  }

  /** Whether a stream is answered or ended in that time: headers, a reset, or no connection. */
  boolean isAnswered(int stream, int millis) {
    return await(HEADERS, stream, millis);
  }

  private boolean await(int wanted, int stream, int millis) {
    long end = System.nanoTime() + millis * 1_000_000L;
    try {
      while (true) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        socket.setSoTimeout((int) left);
        byte[] head = in.readNBytes(FRAME_HEADER_BYTES);
        if (head.length < FRAME_HEADER_BYTES) {
          return true;
        }
        int length = (head[0] & 255) << 16 | (head[1] & 255) << 8 | head[2] & 255;
        int type = head[3];
        int id = ByteBuffer.wrap(head, 5, 4).getInt();
        if (in.readNBytes(length).length < length) {
          return true;
        }
        boolean reset = type == RST_STREAM && id == stream;
        if (type == GOAWAY || (type == wanted && id == stream) || reset) {
          return true;
        }
      }
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
