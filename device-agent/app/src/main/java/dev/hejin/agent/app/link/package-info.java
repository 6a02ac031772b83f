/**
 * The agent's end of the session with the scheduler: one gRPC stream a node.
 *
 * <p>Start at {@link dev.hejin.agent.app.link.NodeLink}; {@link dev.hejin.agent.app.link.Links}
 * holds those of the process.
 *
 * <p>Everything here runs on one loop thread; nothing blocks it.
 */
@NullMarked
package dev.hejin.agent.app.link;

import org.jspecify.annotations.NullMarked;
