/**
 * The only place where wire messages become engine values and engine values become wire messages.
 *
 * <p>Promises: what is malformed is refused with {@link
 * dev.hejin.scheduler.app.codec.InvalidMessageException}, which names the field, the value and the
 * likely fix; nothing half-read leaves this package.
 */
@NullMarked
package dev.hejin.scheduler.app.codec;

import org.jspecify.annotations.NullMarked;
