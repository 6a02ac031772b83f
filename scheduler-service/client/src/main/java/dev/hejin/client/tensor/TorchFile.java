package dev.hejin.client.tensor;

import dev.hejin.client.tensor.Tensor.Element;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A file of {@code torch.save}: a zip archive with a pickle ({@code data.pkl}) and the elements of
 * each tensor ({@code data/KEY}). Values are as in {@link Pickle}, tensors are {@link Tensor}s.
 * Source: PyTorch, torch/serialization.py and torch/_utils.py (_rebuild_tensor_v2).
 */
public final class TorchFile implements Closeable {
  /** The most of a pickle that is read, in bytes; tensors are beside it and not counted. */
  public static final int PICKLE_LIMIT_BYTES = 32 << 20;

  private static final int MAX_DEPTH = 16;
  private static final int MAX_VALUES = 20_000_000;

  private final ZipFile zip;
  private final String folder;
  private int values;

  private TorchFile(ZipFile zip, String folder) {
    this.zip = zip;
    this.folder = folder;
  }

  /** Opens a file; its tensors can be read until it is closed. */
  public static TorchFile open(Path file) throws IOException {
    ZipFile zip = new ZipFile(file.toFile());
    Enumeration<? extends ZipEntry> entries = zip.entries();
    while (entries.hasMoreElements()) {
      String name = entries.nextElement().getName();
      if (name.equals("data.pkl") || name.endsWith("/data.pkl")) {
        return new TorchFile(zip, name.substring(0, name.length() - "data.pkl".length()));
      }
    }
    zip.close();
    throw new IOException("an archive without data.pkl");
  }

  /** The saved value. */
  public Object value() throws IOException {
    byte[] pickle;
    try (InputStream in = entry("data.pkl")) {
      pickle = in.readNBytes(PICKLE_LIMIT_BYTES + 1);
    }
    if (pickle.length > PICKLE_LIMIT_BYTES) {
      throw new IOException("its pickle is over " + (PICKLE_LIMIT_BYTES >> 20) + " MiB");
    }
    return plain(Pickle.read(pickle), 0);
  }

  private InputStream entry(String name) throws IOException {
    ZipEntry entry = zip.getEntry(folder + name);
    if (entry == null) {
      throw new IOException("an archive without " + name);
    }
    return zip.getInputStream(entry);
  }

  /** Tensors in place of the calls that would make them. */
  private Object plain(Object value, int depth) throws IOException {
    if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
      throw new IOException("its lists nest too deep or hold too much");
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> plain = new LinkedHashMap<>();
      for (Map.Entry<?, ?> e : map.entrySet()) {
        plain.put(e.getKey(), plain(e.getValue(), depth + 1));
      }
      return plain;
    }
    if (value instanceof List<?> list) {
      List<Object> plain = new ArrayList<>(list.size());
      for (Object element : list) {
        plain.add(plain(element, depth + 1));
      }
      return plain;
    }
    if (value instanceof Pickle.Call(Object function, List<?> arguments)
        && function instanceof Pickle.Global(String module, String name)
        && module.equals("torch._utils")
        && name.equals("_rebuild_tensor_v2")) {
      return tensor(arguments);
    }
    return value;
  }

  private Tensor tensor(List<?> arguments) throws IOException {
    if (arguments.size() < 4
        || !(arguments.get(0) instanceof Pickle.Persistent(Object id))
        || !(id instanceof List<?> storage)
        || storage.size() < 3
        || !(storage.get(1) instanceof Pickle.Global type)
        || !(arguments.get(1) instanceof Long offset)) {
      throw new IOException("a tensor in it is described in an unknown way");
    }
    int[] shape = wholes(arguments.get(2));
    int[] stride = wholes(arguments.get(3));
    long step = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      if (shape[i] > 1 && stride[i] != step) {
        throw new IOException("a tensor in it is not contiguous");
      }
      step *= shape[i];
    }
    Element element = element(type.name());
    if (element == null) {
      throw new IOException("a tensor in it has elements of " + type.name());
    }
    String key = String.valueOf(storage.get(2));
    return new Tensor(
        element,
        shape,
        () -> {
          InputStream in = entry("data/" + key);
          in.skipNBytes(offset * element.bytes());
          return in;
        });
  }

  private static int[] wholes(Object value) throws IOException {
    if (!(value instanceof List<?> list)) {
      throw new IOException("a tensor in it has no shape");
    }
    int[] wholes = new int[list.size()];
    for (int i = 0; i < wholes.length; i++) {
      if (!(list.get(i) instanceof Long length) || length < 0 || length > Integer.MAX_VALUE) {
        throw new IOException("a tensor in it has no shape");
      }
      wholes[i] = length.intValue();
    }
    return wholes;
  }

  private static @Nullable Element element(String storage) {
    return switch (storage) {
      case "CharStorage" -> Element.INT8;
      case "ByteStorage" -> Element.UINT8;
      case "ShortStorage" -> Element.INT16;
      case "IntStorage" -> Element.INT32;
      case "LongStorage" -> Element.INT64;
      case "FloatStorage" -> Element.FLOAT32;
      case "DoubleStorage" -> Element.FLOAT64;
      default -> null;
    };
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
