package dev.hejin.client.tensor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads a Python pickle as plain values: Long, Double, Boolean, String, List, Map, {@link #NONE}.
 * It runs nothing: a {@link Global} is a name, a call is noted as a {@link Call}. The opcodes are
 * those that {@code torch.save} writes (protocol 2) and their newer forms. Source: the opcode table
 * of Python's {@code pickletools}.
 */
final class Pickle {
  /** Python's None. */
  static final Object NONE =
      new Object() {
        @Override
        public String toString() {
          return "None";
        }
      };

  private static final Object MARK = new Object();

  private final byte[] bytes;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new TreeMap<>();
  private int at;

  /** A class or function of Python, by name. */
  record Global(String module, String name) {}

  /** A call that Python would make. */
  record Call(Object function, List<?> arguments) {}

  /** A reference to something outside the pickle. */
  record Persistent(Object id) {}

  private Pickle(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The value that a pickle stands for. */
  static Object read(byte[] bytes) throws IOException {
    try {
      return new Pickle(bytes).run();
    } catch (IndexOutOfBoundsException | ClassCastException e) {
      throw new IOException("the pickle in it is cut off or broken", e);
    }
  }

  private Object run() throws IOException {
    while (true) {
      int code = take(1)[0] & 0xff;
      if (code == '.') {
        return pop();
      }
      if (!atom(code) && !memory(code) && !collect(code)) {
        throw new IOException("the pickle in it uses opcode 0x" + Integer.toHexString(code));
      }
    }
  }

  private boolean atom(int code) throws IOException {
    switch (code) {
      case 0x80 -> take(1);
      case 0x95 -> take(8);
      case 'N' -> push(NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'J' -> push((long) (int) little(4));
      case 'K' -> push(little(1));
      case 'M' -> push(little(2));
      case 0x8a -> push(longs((int) little(1)));
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(little(8))));
      case 'X' -> push(text(length(4)));
      case 0x8c -> push(text(length(1)));
      case 'C' -> push(text(length(1)));
      case 'B' -> push(text(length(4)));
      case 'c' -> {
        String module = line();
        push(new Global(module, line()));
      }
      case 0x93 -> {
        String name = (String) pop();
        push(new Global((String) pop(), name));
      }
      case 'Q' -> push(new Persistent(pop()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean memory(int code) throws IOException {
    switch (code) {
      case 'q' -> memo.put((int) little(1), stack.getLast());
      case 'r' -> memo.put((int) little(4), stack.getLast());
      case 0x94 -> memo.put(memo.size(), stack.getLast());
      case 'h' -> recall((int) little(1));
      case 'j' -> recall((int) little(4));
      case '(' -> push(MARK);
      case '0' -> pop();
      case 'R', 0x81 -> {
        Object arguments = pop();
        push(call(pop(), (List<?>) arguments));
      }
      // State of an object that is only noted: not needed.
      case 'b' -> pop();
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean collect(int code) throws IOException {
    switch (code) {
      case '}' -> push(new LinkedHashMap<>());
      case ']', 0x8f -> push(new ArrayList<>());
      case ')' -> push(List.of());
      case 't', 'l' -> push(new ArrayList<>(marked()));
      case 0x85 -> push(tuple(1));
      case 0x86 -> push(tuple(2));
      case 0x87 -> push(tuple(3));
      case 'a' -> {
        Object value = pop();
        list(stack.getLast()).add(value);
      }
      case 'e', 0x90 -> {
        List<Object> values = marked();
        list(stack.getLast()).addAll(values);
      }
      case 's' -> {
        Object value = pop();
        put(stack.size() - 2, List.of(pop(), value));
      }
      case 'u' -> {
        List<Object> values = marked();
        put(stack.size() - 1, values);
      }
      case 'd' -> {
        List<Object> values = marked();
        push(new LinkedHashMap<>());
        put(stack.size() - 1, values);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static Object call(Object function, List<?> arguments) {
    if (function instanceof Global(String module, String name)
        && module.equals("collections")
        && name.equals("OrderedDict")) {
      return new LinkedHashMap<>();
    }
    return new Call(function, arguments);
  }

  /** Puts keys and values in turn into the map at a place of the stack; others are passed over. */
  private void put(int place, List<Object> values) {
    Object target = stack.get(Math.min(place, stack.size() - 1));
    if (target instanceof Map<?, ?>) {
      @SuppressWarnings("unchecked")
      Map<Object, Object> map = (Map<Object, Object>) target;
      for (int i = 0; i + 1 < values.size(); i += 2) {
        map.put(values.get(i), values.get(i + 1));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object value) {
    return value instanceof ArrayList<?> ? (List<Object>) value : new ArrayList<>();
  }

  private void recall(int key) throws IOException {
    Object value = memo.get(key);
    if (value == null) {
      throw new IOException("the pickle in it is broken: nothing in memo " + key);
    }
    push(value);
  }

  private List<Object> tuple(int size) {
    List<Object> top = stack.subList(stack.size() - size, stack.size());
    List<Object> values = new ArrayList<>(top);
    top.clear();
    return values;
  }

  private List<Object> marked() throws IOException {
    int from = stack.size() - 1;
    while (from >= 0 && stack.get(from) != MARK) {
      from--;
    }
    if (from < 0) {
      throw new IOException("the pickle in it is broken: no mark");
    }
    List<Object> values = new ArrayList<>(stack.subList(from + 1, stack.size()));
    stack.subList(from, stack.size()).clear();
    return values;
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object pop() {
    return stack.remove(stack.size() - 1);
  }

  private byte[] take(int length) throws IOException {
    if (length < 0 || length > bytes.length - at) {
      throw new IOException("the pickle in it is cut off");
    }
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  private int length(int size) throws IOException {
    long length = little(size) & 0xffff_ffffL;
    return (int) Math.min(length, Integer.MAX_VALUE);
  }

  private String text(int length) throws IOException {
    return new String(take(length), StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    int end = at;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    String text = text(end - at);
    take(1);
    return text;
  }

  private long little(int size) throws IOException {
    byte[] part = take(size);
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = value << 8 | part[i] & 0xff;
    }
    return value;
  }

  private long longs(int size) throws IOException {
    byte[] part = take(size);
    if (size > Long.BYTES) {
      throw new IOException("the pickle in it holds a whole number of " + size + " bytes");
    }
    long value = size > 0 && part[size - 1] < 0 ? -1 : 0;
    for (int i = size - 1; i >= 0; i--) {
      value = value << 8 | part[i] & 0xff;
    }
    return value;
  }
}
