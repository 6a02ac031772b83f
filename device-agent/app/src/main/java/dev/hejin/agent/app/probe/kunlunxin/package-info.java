/**
 * Kunlunxin XPU.
 *
 * <p>Start at {@link dev.hejin.agent.app.probe.kunlunxin.KunlunxinProbe}.
 */
@NullMarked
package dev.hejin.agent.app.probe.kunlunxin;

import org.jspecify.annotations.NullMarked;
