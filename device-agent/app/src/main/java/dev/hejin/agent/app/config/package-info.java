/**
 * Typed settings, checked when the agent starts.
 *
 * <p>Start at {@link dev.hejin.agent.app.config.AgentConfig}.
 */
@NullMarked
package dev.hejin.agent.app.config;

import org.jspecify.annotations.NullMarked;
