/**
 * Reads a YAML file, checks it against a JSON Schema and gives its fields with their paths.
 *
 * <p>Start at {@code CheckedYaml}; the other files of this module are built on it. Every bad input
 * ends in one {@code InvalidFileException} that names file, field, value and the likely fix.
 *
 * <p>Never here: knowledge of chips, pools or scenarios.
 */
@NullMarked
package dev.hejin.catalog.file;

import org.jspecify.annotations.NullMarked;
