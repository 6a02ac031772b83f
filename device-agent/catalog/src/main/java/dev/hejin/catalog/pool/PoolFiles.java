package dev.hejin.catalog.pool;

import dev.hejin.catalog.chip.DeviceCatalog;
import dev.hejin.catalog.file.CheckedYaml;
import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.file.Schema;
import dev.hejin.catalog.file.ShippedFiles;
import java.util.List;

/** Reads pool files, by name or by path. */
public final class PoolFiles {

  private static final Schema SCHEMA = Schema.shipped("pool");
  private static final ShippedFiles SHIPPED =
      new ShippedFiles("pools", List.of("default", "half-speed-half", "one-straggler"));

  private PoolFiles() {}

  /** Returns the names of the shipped pools. */
  public static List<String> names() {
    return SHIPPED.names();
  }

  /** Returns the schema of a pool file, as JSON. */
  public static String schema() {
    return SCHEMA.text();
  }

  /** Loads a shipped pool by its name, or a file by its path, with the shipped catalogue. */
  public static PoolSpec load(String nameOrPath) {
    return load(nameOrPath, DeviceCatalog.shipped());
  }

  /** Loads a shipped pool by its name, or a file by its path. */
  public static PoolSpec load(String nameOrPath, DeviceCatalog catalog) {
    return parse(SHIPPED.open(nameOrPath), catalog);
  }

  /** Reads the text of a pool file. */
  public static PoolSpec parse(InputFile file, DeviceCatalog catalog) {
    return new PoolReader(catalog).read(CheckedYaml.read(file, SCHEMA));
  }
}
