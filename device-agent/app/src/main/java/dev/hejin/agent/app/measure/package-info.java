/**
 * Measures what devices achieve: matrix rate by precision, memory bandwidth, copies. Each measurer
 * knows one kind of device; results are kept by device and driver version.
 *
 * <p>Start at {@link dev.hejin.agent.app.measure.Measurements} (kept results) and {@link
 * dev.hejin.agent.app.measure.CpuMeasurer}.
 *
 * <p>Promises: nothing is reported that was not timed on the device itself; what could not be
 * measured is absent, with the reason.
 *
 * <p>Never here: nameplates, the catalogue.
 */
@NullMarked
package dev.hejin.agent.app.measure;

import org.jspecify.annotations.NullMarked;
