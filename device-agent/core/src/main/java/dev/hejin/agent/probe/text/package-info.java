/**
 * Reads the forms in which vendor tools print: boxed tables, word tables, comma-separated values,
 * indented key and value, link matrices, quantities with units.
 *
 * <p>Start at {@link dev.hejin.agent.probe.text.BoxTable}. Values are found by the names of their
 * columns and checked for their shape; what does not fit is left out. A text may end anywhere: the
 * last value of a cut line is never trusted.
 *
 * <p>Never here: vendors, I/O.
 */
@NullMarked
package dev.hejin.agent.probe.text;

import org.jspecify.annotations.NullMarked;
