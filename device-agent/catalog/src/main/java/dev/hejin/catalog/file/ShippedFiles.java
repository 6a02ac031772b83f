package dev.hejin.catalog.file;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;

/**
 * The files of one kind that this module ships, opened by name.
 *
 * @param folder the folder below {@code dev/hejin/catalog}, such as {@code pools}
 * @param names the names, without folder and ending
 */
public record ShippedFiles(String folder, List<String> names) {

  /** Checks and copies. */
  public ShippedFiles {
    requireNonNull(folder);
    names = List.copyOf(names);
  }

  /**
   * Opens a shipped file by its name, or any file by its path.
   *
   * @param nameOrPath a path when it holds a slash or ends in {@code .yaml}, {@code .yml} or {@code
   *     .json}; a name otherwise
   */
  public InputFile open(String nameOrPath) {
    if (isPath(nameOrPath)) {
      return InputFile.read(Path.of(nameOrPath));
    }
    if (!names.contains(nameOrPath)) {
      throw new InvalidFileException(
          folder,
          "$",
          nameOrPath,
          "no file of this name is shipped",
          "use one of %s, or a path such as ./%s.yaml"
              .formatted(String.join(", ", names), nameOrPath));
    }
    return InputFile.shipped(folder + "/" + nameOrPath + ".yaml");
  }

  /** Tells whether the text is a path rather than a name. */
  public static boolean isPath(String nameOrPath) {
    return nameOrPath.contains("/")
        || nameOrPath.endsWith(".yaml")
        || nameOrPath.endsWith(".yml")
        || nameOrPath.endsWith(".json");
  }
}
