package dev.hejin.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Malformed and hostile bytes from valid messages, from one seed: most are messages of the right
 * type in which some fields, at any depth, are missing, doubled or absurd; the others are broken
 * bytes.
 */
public final class MessageMutator {
  private static final int MOST_BYTES = 4_096;
  private static final int DEEPEST = 12;

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "\u0000",
          "\n\n",
          "a/b",
          "/",
          "n1/0",
          "../../etc",
          "合金",
          "\ud83d\ude00",
          "%s%n",
          "tiny",
          "{",
          "[]",
          "null",
          "-1",
          "NaN",
          "99999999999999999999",
          "x".repeat(5_000));

  private static final double[] DOUBLES = {
    0,
    -0.0,
    1,
    -1,
    0.5,
    1e-320,
    1e308,
    -1e308,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MAX_VALUE,
    Double.MIN_VALUE,
    1e18
  };

  private static final long[] LONGS = {
    0,
    1,
    -1,
    2,
    127,
    255,
    65_535,
    1 << 20,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    1L << 40,
    999
  };

  private final Random random;

  public MessageMutator(long seed) {
    this.random = new Random(seed);
  }

  /** Bytes that look more or less like the message. */
  public byte[] next(Message valid) {
    byte[] bytes = valid.toByteArray();
    return switch (random.nextInt(12)) {
      case 0 -> noise(random.nextInt(MOST_BYTES));
      case 1 -> flipped(bytes);
      case 2 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      case 3 -> spliced(bytes);
      default -> mutated(valid, bytes);
    };
  }

  private byte[] noise(int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  private byte[] flipped(byte[] bytes) {
    byte[] flipped = bytes.clone();
    for (int i = 1 + random.nextInt(8); i > 0 && flipped.length > 0; i--) {
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  private byte[] spliced(byte[] bytes) {
    int from = random.nextInt(bytes.length + 1);
    int to = random.nextInt(bytes.length + 1);
    byte[] spliced = Arrays.copyOf(bytes, from + bytes.length - to);
    System.arraycopy(bytes, to, spliced, from, bytes.length - to);
    return spliced;
  }

  private byte[] mutated(Message valid, byte[] bytes) {
    try {
      DynamicMessage message = DynamicMessage.parseFrom(valid.getDescriptorForType(), bytes);
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        message = mutate(message, 0);
      }
      return message.toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("the seed is not valid", e);
    }
  }

  private DynamicMessage mutate(DynamicMessage message, int depth) {
    FieldDescriptor field = field(message);
    if (field == null) {
      return message;
    }
    DynamicMessage.Builder next = message.toBuilder();
    if (random.nextInt(10) == 0) {
      return next.clearField(field).build();
    }
    if (!field.isRepeated()) {
      boolean deeper = isMessage(field) && message.hasField(field) && random.nextInt(8) > 0;
      return next.setField(
              field,
              deeper && depth < DEEPEST
                  ? mutate((DynamicMessage) message.getField(field), depth + 1)
                  : value(field))
          .build();
    }
    int count = message.getRepeatedFieldCount(field);
    int at = count == 0 ? 0 : random.nextInt(count);
    switch (count == 0 ? 0 : random.nextInt(6)) {
      case 0 -> next.addRepeatedField(field, value(field));
      case 1 -> repeat(next, field, message.getRepeatedField(field, at));
      case 2 -> next.setField(field, without(message, field, at));
      default ->
          next.setRepeatedField(
              field,
              at,
              isMessage(field) && depth < DEEPEST
                  ? mutate((DynamicMessage) message.getRepeatedField(field, at), depth + 1)
                  : value(field));
    }
    return next.build();
  }

  /** Mostly one that is set: there is more to break. */
  private @Nullable FieldDescriptor field(DynamicMessage message) {
    List<FieldDescriptor> set = new ArrayList<>(message.getAllFields().keySet());
    List<FieldDescriptor> all = message.getDescriptorForType().getFields();
    List<FieldDescriptor> from = set.isEmpty() || random.nextInt(5) == 0 ? all : set;
    return from.isEmpty() ? null : from.get(random.nextInt(from.size()));
  }

  private void repeat(DynamicMessage.Builder next, FieldDescriptor field, Object element) {
    for (int i = random.nextInt(20) == 0 ? 1_000 : 1; i > 0; i--) {
      next.addRepeatedField(field, element);
    }
  }

  private static List<Object> without(DynamicMessage message, FieldDescriptor field, int at) {
    List<Object> rest = new ArrayList<>();
    for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
      if (i != at) {
        rest.add(message.getRepeatedField(field, i));
      }
    }
    return rest;
  }

  private static boolean isMessage(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
  }

  private Object value(FieldDescriptor field) {
    long number = random.nextInt(4) == 0 ? random.nextLong() : LONGS[random.nextInt(LONGS.length)];
    return switch (field.getJavaType()) {
      case INT -> (int) number;
      case LONG -> number;
      case FLOAT -> (float) DOUBLES[random.nextInt(DOUBLES.length)];
      case DOUBLE -> DOUBLES[random.nextInt(DOUBLES.length)];
      case BOOLEAN -> random.nextBoolean();
      case STRING -> TEXTS.get(random.nextInt(TEXTS.size()));
      case BYTE_STRING -> ByteString.copyFrom(noise(random.nextInt(64)));
      case ENUM -> constant(field);
      case MESSAGE -> mutate(DynamicMessage.getDefaultInstance(field.getMessageType()), DEEPEST);
    };
  }

  private EnumValueDescriptor constant(FieldDescriptor field) {
    List<EnumValueDescriptor> known = field.getEnumType().getValues();
    return random.nextInt(4) == 0
        ? field.getEnumType().findValueByNumberCreatingIfUnknown(random.nextInt(1_000))
        : known.get(random.nextInt(known.size()));
  }
}
