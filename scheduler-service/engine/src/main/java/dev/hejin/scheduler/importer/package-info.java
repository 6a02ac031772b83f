/**
 * Turns a published model configuration into a {@link dev.hejin.scheduler.model.ModelSpec}.
 *
 * <p>Start at {@link dev.hejin.scheduler.importer.ModelImporter}; {@link
 * dev.hejin.scheduler.importer.ModelCatalog} holds the models that need no file.
 *
 * <p>Promises: equal input gives an equal model; what had to be assumed is listed in the model;
 * what is wrong is reported with its field. The caller parses JSON.
 *
 * <p>Imports {@code model}. Never here: clocks, threads, I/O other than our own resources.
 */
@NullMarked
package dev.hejin.scheduler.importer;

import org.jspecify.annotations.NullMarked;
