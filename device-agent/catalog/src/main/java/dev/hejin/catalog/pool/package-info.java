/**
 * The pool file: nodes and devices, with figures from the catalogue or from the operator.
 *
 * <p>Start at {@code PoolFiles}. What comes out is resolved and checked; nothing has to be looked
 * up again. The true speed of a device is for the simulator alone.
 */
@NullMarked
package dev.hejin.catalog.pool;

import org.jspecify.annotations.NullMarked;
