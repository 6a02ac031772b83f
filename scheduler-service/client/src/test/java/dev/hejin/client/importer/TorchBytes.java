package dev.hejin.client.importer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes files as {@code torch.save} does: pickle protocol 2, one entry for each storage. */
final class TorchBytes {
  private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
  private final List<byte[]> storages = new ArrayList<>();

  TorchBytes() {
    raw(0x80, 2);
  }

  TorchBytes raw(int... bytes) {
    for (int b : bytes) {
      pickle.write(b);
    }
    return this;
  }

  TorchBytes text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    raw('X').little(bytes.length, 4);
    pickle.writeBytes(bytes);
    return this;
  }

  private TorchBytes global(String module, String name) {
    raw('c');
    pickle.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    return this;
  }

  TorchBytes whole(int value) {
    return raw('J').little(value, 4);
  }

  private TorchBytes little(int value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      pickle.write(value >>> 8 * i);
    }
    return this;
  }

  /** A contiguous tensor of 32-bit whole numbers, as its call of _rebuild_tensor_v2. */
  TorchBytes tensor(int[] shape, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      bytes.putInt(value);
    }
    global("torch._utils", "_rebuild_tensor_v2").raw('(', '(').text("storage");
    global("torch", "IntStorage").text("" + storages.size()).text("cpu").whole(values.length);
    storages.add(bytes.array());
    raw('t', 'Q', 'K', 0, '(');
    for (int length : shape) {
      whole(length);
    }
    raw('t', '(');
    for (int i = 0; i < shape.length; i++) {
      int stride = 1;
      for (int k = i + 1; k < shape.length; k++) {
        stride *= shape[k];
      }
      whole(stride);
    }
    raw('t', 0x89);
    return global("collections", "OrderedDict").raw(')', 'R', 't', 'R');
  }

  Path write(Path file) {
    raw('.');
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      entry(zip, "archive/data.pkl", pickle.toByteArray());
      entry(zip, "archive/byteorder", "little".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < storages.size(); i++) {
        entry(zip, "archive/data/" + i, storages.get(i));
      }
      entry(zip, "archive/version", "3\n".getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  private static void entry(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes);
    zip.closeEntry();
  }
}
