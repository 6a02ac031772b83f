/**
 * Exchanges between devices that were measured as such.
 *
 * <p>Start at {@link dev.hejin.scheduler.cost.collective.DispatchCurve}: sending tokens to their
 * experts and back.
 *
 * <p>Promises: pure functions, no I/O. Imports {@code cost.fit} and the JDK.
 */
@NullMarked
package dev.hejin.scheduler.cost.collective;

import org.jspecify.annotations.NullMarked;
