package dev.hejin.client.tensor;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.DoubleConsumer;

/** One tensor of numbers in a file, in row-major order, read when asked for. */
public final class Tensor {
  private static final int BUFFER = 1 << 16;

  private final Element element;
  private final int[] shape;
  private final Source source;

  /** How one element is stored, little-endian. */
  enum Element {
    INT8(1),
    UINT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    FLOAT32(4),
    FLOAT64(8);

    private final int bytes;

    Element(int bytes) {
      this.bytes = bytes;
    }

    int bytes() {
      return bytes;
    }

    private double read(DataInputStream in) throws IOException {
      return switch (this) {
        case INT8 -> in.readByte();
        case UINT8 -> in.readUnsignedByte();
        case INT16 -> Short.reverseBytes(in.readShort());
        case INT32 -> Integer.reverseBytes(in.readInt());
        case INT64 -> Long.reverseBytes(in.readLong());
        case FLOAT32 -> Float.intBitsToFloat(Integer.reverseBytes(in.readInt()));
        case FLOAT64 -> Double.longBitsToDouble(Long.reverseBytes(in.readLong()));
      };
    }
  }

  /** Opens the bytes of the first element. */
  interface Source {
    InputStream open() throws IOException;
  }

  Tensor(Element element, int[] shape, Source source) {
    this.element = element;
    this.shape = shape.clone();
    this.source = source;
  }

  /** Length of each dimension, outermost first. */
  public int[] shape() {
    return shape.clone();
  }

  /** Number of elements; the largest long when it is beyond all use. */
  public long elements() {
    long product = 1;
    for (int length : shape) {
      if (length > 0 && product > Long.MAX_VALUE / Element.FLOAT64.bytes / length) {
        return Long.MAX_VALUE;
      }
      product *= length;
    }
    return product;
  }

  /**
   * Hands over every element in order.
   *
   * @throws IOException when the file cannot be read or holds fewer elements than its shape says
   */
  public void forEach(DoubleConsumer consumer) throws IOException {
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(source.open(), BUFFER))) {
      long left = elements();
      while (left-- > 0) {
        consumer.accept(element.read(in));
      }
    } catch (EOFException e) {
      throw new IOException("the tensor has fewer elements than its shape says", e);
    }
  }
}
