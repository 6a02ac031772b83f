/**
 * What the agent tells of itself: metrics and spans.
 *
 * <p>Start at {@link dev.hejin.agent.app.observe.AgentMeters}. Plain values come in; nothing here
 * knows devices, sessions or messages.
 */
@NullMarked
package dev.hejin.agent.app.observe;

import org.jspecify.annotations.NullMarked;
