/**
 * What happens next in virtual time.
 *
 * <p>Hot path: {@link dev.hejin.lab.event.EventQueue}.
 */
@NullMarked
package dev.hejin.lab.event;

import org.jspecify.annotations.NullMarked;
