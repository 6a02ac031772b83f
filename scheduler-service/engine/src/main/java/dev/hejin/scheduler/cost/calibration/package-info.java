/**
 * The fitted parameters of all cost curves and their file.
 *
 * <p>Start at {@link dev.hejin.scheduler.cost.calibration.Calibration#shipped()}: what {@code
 * ./hejin calibrate} wrote last, with date and source, is part of Hejin.
 *
 * <p>Promises: immutable; reads nothing but its own resource.
 */
@NullMarked
package dev.hejin.scheduler.cost.calibration;

import org.jspecify.annotations.NullMarked;
