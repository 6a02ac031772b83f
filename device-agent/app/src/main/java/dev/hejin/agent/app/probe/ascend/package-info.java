/**
 * Huawei Ascend.
 *
 * <p>Start at {@link dev.hejin.agent.app.probe.ascend.AscendProbe}.
 */
@NullMarked
package dev.hejin.agent.app.probe.ascend;

import org.jspecify.annotations.NullMarked;
