package dev.hejin.catalog.file;

import static java.util.Objects.requireNonNull;

/** A file that cannot be used: which file, which field, what stands there, and the likely fix. */
public final class InvalidFileException extends IllegalArgumentException {

  private static final int SHOWN_VALUE_CHARACTERS = 80;

  private final String file;
  private final String field;
  private final String value;
  private final String fix;

  /**
   * Makes the error.
   *
   * @param file path or resource name
   * @param field JSON path, {@code $} for the whole file
   * @param value what stands there, shortened in the message; empty when nothing does
   * @param problem what is wrong, without the value
   * @param fix the likely fix, written so that it reads on after "Maybe"
   */
  public InvalidFileException(String file, String field, String value, String problem, String fix) {
    super(message(file, field, shorten(value), problem, fix));
    this.file = requireNonNull(file);
    this.field = requireNonNull(field);
    this.value = shorten(value);
    this.fix = requireNonNull(fix);
  }

  private static String message(
      String file, String field, String value, String problem, String fix) {
    String shown = value.isEmpty() ? "" : " = " + value;
    return "%s: %s%s: %s.%nMaybe %s.".formatted(file, field, shown, problem, fix);
  }

  private static String shorten(String value) {
    String line = value.replaceAll("\\s+", " ").strip();
    return line.length() <= SHOWN_VALUE_CHARACTERS
        ? line
        : line.substring(0, SHOWN_VALUE_CHARACTERS) + "...";
  }

  /** Returns the path or the resource name of the file. */
  public String file() {
    return file;
  }

  /** Returns the JSON path of the field, such as {@code $.nodes[0].chip}. */
  public String field() {
    return field;
  }

  /** Returns the value that stands there, shortened; empty when there is none. */
  public String value() {
    return value;
  }

  /** Returns the likely fix. */
  public String fix() {
    return fix;
  }
}
