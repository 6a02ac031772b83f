/**
 * Runs vendor tools, or plays recorded outputs in their place.
 *
 * <p>Start at {@link dev.hejin.agent.app.probe.tool.ProcessRunner}.
 *
 * <p>Never here: what the outputs mean.
 */
@NullMarked
package dev.hejin.agent.app.probe.tool;

import org.jspecify.annotations.NullMarked;
