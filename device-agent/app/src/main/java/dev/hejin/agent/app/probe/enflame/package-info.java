/**
 * Enflame GCU.
 *
 * <p>Start at {@link dev.hejin.agent.app.probe.enflame.EnflameProbe}.
 */
@NullMarked
package dev.hejin.agent.app.probe.enflame;

import org.jspecify.annotations.NullMarked;
