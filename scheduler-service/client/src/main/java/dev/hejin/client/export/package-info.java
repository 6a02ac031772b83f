/**
 * {@code ./hejin export}: a plan file in, the file of a serving engine out.
 *
 * <p>Start at {@link dev.hejin.client.export.ExportCommand}; {@code EngineFormat} has one constant
 * for each file of an engine, {@code PlanChecks} what an engine cannot express.
 *
 * <p>Promises: what an engine cannot express is refused with the reason and exit code 1; what it
 * can express only in part is written and the loss is stated on standard error.
 */
@NullMarked
package dev.hejin.client.export;

import org.jspecify.annotations.NullMarked;
