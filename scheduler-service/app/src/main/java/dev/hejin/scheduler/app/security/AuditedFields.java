package dev.hejin.scheduler.app.security;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Optional;

/** Reads single fields of messages by name, so that one place can audit every method. */
final class AuditedFields {
  private AuditedFields() {}

  /**
   * The field's value as text; empty when the message has no such field or it is not set.
   *
   * @param path name of the field; nested with dots
   */
  static String text(Object message, String path) {
    return value(message, path).map(String::valueOf).orElse("");
  }

  /** The field's value as a number; 0 when there is none. */
  static long number(Object message, String path) {
    return value(message, path).filter(Long.class::isInstance).map(Long.class::cast).orElse(0L);
  }

  private static Optional<Object> value(Object message, String path) {
    Object here = message;
    for (String name : path.split("\\.")) {
      if (!(here instanceof Message parent)) {
        return Optional.empty();
      }
      FieldDescriptor field = parent.getDescriptorForType().findFieldByName(name);
      if (field == null || field.isRepeated() || (field.hasPresence() && !parent.hasField(field))) {
        return Optional.empty();
      }
      here = parent.getField(field);
    }
    return Optional.of(here);
  }
}
