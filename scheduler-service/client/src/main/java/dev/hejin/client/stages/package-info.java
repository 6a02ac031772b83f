/**
 * {@code ./hejin stages}: a case of devices, links and a model in, an interval of layers for each
 * device out; asks no scheduler.
 *
 * <p>Start at {@link dev.hejin.client.stages.StagesCommand}. The search is the engine's; here are
 * the files, the clock around the search and the text.
 *
 * <p>Promises: at most 64 MiB of a file are read; whatever is wrong in one ends with exit code 2
 * and a message of file, field, value and likely fix; a plan is written whole or not at all.
 */
@NullMarked
package dev.hejin.client.stages;

import org.jspecify.annotations.NullMarked;
