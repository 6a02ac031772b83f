/**
 * Iluvatar CoreX.
 *
 * <p>Start at {@link dev.hejin.agent.app.probe.iluvatar.IluvatarProbe}.
 */
@NullMarked
package dev.hejin.agent.app.probe.iluvatar;

import org.jspecify.annotations.NullMarked;
