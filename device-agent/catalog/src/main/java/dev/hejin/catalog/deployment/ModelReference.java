package dev.hejin.catalog.deployment;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/** Where the description of a model is found. */
public sealed interface ModelReference {

  /** A name in the model catalogue. */
  record Named(String name) implements ModelReference {
    /** Checks that there is a name. */
    public Named {
      requireNonNull(name);
    }
  }

  /** A {@code config.json}; a relative path is already resolved against the deployment file. */
  record ConfigFile(Path path) implements ModelReference {
    /** Checks that there is a path. */
    public ConfigFile {
      requireNonNull(path);
    }
  }
}
