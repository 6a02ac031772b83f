package dev.hejin.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;

/** Protobuf JSON. Fields at zero print too, so that programs find them. */
public final class Json {
  private static final JsonFormat.Printer DOCUMENT =
      JsonFormat.printer().alwaysPrintFieldsWithNoPresence();
  private static final JsonFormat.Printer LINE = DOCUMENT.omittingInsignificantWhitespace();

  private Json() {}

  /** Many lines. */
  public static String document(MessageOrBuilder message) {
    return print(DOCUMENT, message);
  }

  /** One line. */
  public static String line(MessageOrBuilder message) {
    return print(LINE, message);
  }

  private static String print(JsonFormat.Printer printer, MessageOrBuilder message) {
    try {
      return printer.print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("message holds an unknown Any: " + e.getMessage(), e);
    }
  }
}
