/**
 * Biren.
 *
 * <p>Start at {@link dev.hejin.agent.app.probe.biren.BirenProbe}.
 */
@NullMarked
package dev.hejin.agent.app.probe.biren;

import org.jspecify.annotations.NullMarked;
