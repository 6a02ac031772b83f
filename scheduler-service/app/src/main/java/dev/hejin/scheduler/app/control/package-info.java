/**
 * The agents' end of the scheduler: one gRPC stream a node.
 *
 * <p>Start at {@link dev.hejin.scheduler.app.control.AgentApi}. Streams are handed to the control
 * loop as {@code AgentLink}s; nothing is decided here.
 */
@NullMarked
package dev.hejin.scheduler.app.control;

import org.jspecify.annotations.NullMarked;
