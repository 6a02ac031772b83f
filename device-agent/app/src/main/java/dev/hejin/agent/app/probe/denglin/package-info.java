/**
 * Denglin.
 *
 * <p>Start at {@link dev.hejin.agent.app.probe.denglin.DenglinProbe}.
 */
@NullMarked
package dev.hejin.agent.app.probe.denglin;

import org.jspecify.annotations.NullMarked;
