package dev.hejin.client.tensor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hejin.client.tensor.Tensor.Element;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file: the length of a JSON header (8 bytes, little-endian), the header ({@code
 * {"name": {"dtype", "shape", "data_offsets"}}}), the elements. Source: the format's README in
 * huggingface/safetensors.
 */
public final class SafetensorsFile {
  private static final int HEADER_LIMIT_BYTES = 16 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private SafetensorsFile() {}

  /** All tensors of a file by name. */
  public static Map<String, Tensor> read(Path file) throws IOException {
    byte[] header;
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      long length = Long.reverseBytes(in.readLong());
      if (length < 2 || length > HEADER_LIMIT_BYTES) {
        throw new IOException("no safetensors header (length " + length + ")");
      }
      header = in.readNBytes((int) length);
      if (header.length < length) {
        throw new IOException("its header is cut off");
      }
    }
    Map<String, Tensor> tensors = new TreeMap<>();
    for (Map.Entry<String, JsonNode> e : JSON.readTree(header).properties()) {
      if (!e.getKey().equals("__metadata__")) {
        tensors.put(e.getKey(), tensor(file, e.getKey(), e.getValue(), header.length + 8L));
      }
    }
    return tensors;
  }

  private static Tensor tensor(Path file, String name, JsonNode node, long start)
      throws IOException {
    Element element = element(node.path("dtype").asText());
    JsonNode offsets = node.path("data_offsets");
    if (element == null || !node.path("shape").isArray() || offsets.size() != 2) {
      throw new IOException("tensor " + name + " has dtype " + node.path("dtype"));
    }
    int[] shape = new int[node.path("shape").size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = node.path("shape").get(i).asInt(-1);
      if (shape[i] < 0) {
        throw new IOException("tensor " + name + " has shape " + node.path("shape"));
      }
    }
    long skip = start + offsets.get(0).asLong();
    Tensor tensor =
        new Tensor(
            element,
            shape,
            () -> {
              InputStream in = Files.newInputStream(file);
              in.skipNBytes(skip);
              return in;
            });
    if (tensor.elements() * element.bytes() != offsets.get(1).asLong() - offsets.get(0).asLong()) {
      throw new IOException("tensor " + name + " has another length than its shape");
    }
    return tensor;
  }

  private static @Nullable Element element(String dtype) {
    return switch (dtype) {
      case "I8" -> Element.INT8;
      case "U8" -> Element.UINT8;
      case "I16" -> Element.INT16;
      case "I32" -> Element.INT32;
      case "I64" -> Element.INT64;
      case "F32" -> Element.FLOAT32;
      case "F64" -> Element.FLOAT64;
      default -> null;
    };
  }
}
