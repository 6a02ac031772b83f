/**
 * {@code ./hejin calibrate}, {@code validate} and {@code predict}: the cost model against measured
 * tables; asks no scheduler.
 *
 * <p>Start at the three commands. {@link dev.hejin.client.calibration.KernelRows}, {@link
 * dev.hejin.client.calibration.DispatchRows} and {@link dev.hejin.client.calibration.ServingRows}
 * read the tables; {@link dev.hejin.client.calibration.Fitting} fits; {@link
 * dev.hejin.client.calibration.CrossValidation} leaves out.
 *
 * <p>Promises: a row that cannot be predicted says why; a missing column ends with exit code 2 and
 * its name; nothing is written then.
 */
@NullMarked
package dev.hejin.client.calibration;

import org.jspecify.annotations.NullMarked;
