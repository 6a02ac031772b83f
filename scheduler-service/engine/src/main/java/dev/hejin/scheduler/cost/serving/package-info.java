/**
 * What a client of a serving engine sees: time per output token and time to first token of a
 * deployment, from the model's shape and a device's catalogue figures.
 *
 * <p>Start at {@link dev.hejin.scheduler.cost.serving.ServingCurve}; {@link
 * dev.hejin.scheduler.cost.serving.FirstTokenCurve} builds on it. {@link
 * dev.hejin.scheduler.cost.serving.ServingModel} sums a model up.
 *
 * <p>Promises: pure functions, no I/O. Imports {@code model} and {@code cost.fit}.
 */
@NullMarked
package dev.hejin.scheduler.cost.serving;

import org.jspecify.annotations.NullMarked;
