/**
 * Alibaba T-Head PPU.
 *
 * <p>Start at {@link dev.hejin.agent.app.probe.thead.THeadProbe}.
 */
@NullMarked
package dev.hejin.agent.app.probe.thead;

import org.jspecify.annotations.NullMarked;
