/**
 * Cambricon MLU.
 *
 * <p>Start at {@link dev.hejin.agent.app.probe.cambricon.CambriconProbe}.
 */
@NullMarked
package dev.hejin.agent.app.probe.cambricon;

import org.jspecify.annotations.NullMarked;
