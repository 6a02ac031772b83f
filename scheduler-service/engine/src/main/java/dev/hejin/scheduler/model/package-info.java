/**
 * The vocabulary of every decision: models, devices, loads and placements as immutable records.
 *
 * <p>Start at {@link dev.hejin.scheduler.model.ModelSpec}, {@link dev.hejin.scheduler.model.Pool}
 * and {@link dev.hejin.scheduler.model.Placement}.
 *
 * <p>Promises: records check and copy what they are given; equal inputs give equal values.
 *
 * <p>Imports the JDK only. Never here: clocks, threads, I/O, generated messages.
 */
@NullMarked
package dev.hejin.scheduler.model;

import org.jspecify.annotations.NullMarked;
