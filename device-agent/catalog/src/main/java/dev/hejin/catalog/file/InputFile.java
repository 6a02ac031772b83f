package dev.hejin.catalog.file;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The text of one file.
 *
 * @param name the name that errors show
 * @param text the content
 * @param folder where paths inside the file start from; empty for text that is no file
 */
public record InputFile(String name, String text, Path folder) {

  /** The largest file that is read, in bytes. Files written by people stay far below it. */
  public static final int LIMIT_BYTES = 1 << 20;

  /** Checks that nothing is null. */
  public InputFile {
    requireNonNull(name);
    requireNonNull(text);
    requireNonNull(folder);
  }

  /** Takes text that is not a file, such as the body of a request. */
  public static InputFile of(String name, String text) {
    if (text.length() > LIMIT_BYTES) {
      throw tooLarge(name, text.length());
    }
    return new InputFile(name, text, Path.of(""));
  }

  /** Reads a file of at most {@link #LIMIT_BYTES}. */
  public static InputFile read(Path path) {
    String name = path.toString();
    if (!Files.isRegularFile(path)) {
      throw new InvalidFileException(
          name, "$", "", "there is no such file", "the path is relative to another folder");
    }
    try (InputStream in = Files.newInputStream(path)) {
      Path parent = path.getParent();
      return new InputFile(name, decode(name, in), parent == null ? Path.of("") : parent);
    } catch (IOException e) {
      throw new InvalidFileException(
          name, "$", "", "the file cannot be read: " + e.getMessage(), "check its permissions");
    }
  }

  /** Reads a file that this module ships, by its path below {@code dev/hejin/catalog}. */
  public static InputFile shipped(String resource) {
    return shipped(InputFile.class, "/dev/hejin/catalog/", resource);
  }

  /**
   * Reads a file that a module ships.
   *
   * @param owner a class of that module
   * @param folder absolute, with a slash at its end
   * @param resource the path below it
   */
  public static InputFile shipped(Class<?> owner, String folder, String resource) {
    String path = folder + resource;
    try (InputStream in = owner.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(
            "The resource " + path + " is not there.\nMaybe the module was packed without it.");
      }
      return new InputFile("shipped " + resource, decode(resource, in), Path.of(""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String decode(String name, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(LIMIT_BYTES + 1);
    if (bytes.length > LIMIT_BYTES) {
      throw tooLarge(name, bytes.length);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidFileException(
          name, "$", "", "the file is not UTF-8 text", "save it as UTF-8");
    }
  }

  private static InvalidFileException tooLarge(String name, int size) {
    return new InvalidFileException(
        name,
        "$",
        "",
        "the file has " + size + " bytes or more, the limit is " + LIMIT_BYTES,
        "this is another file than you meant");
  }
}
