/**
 * The command line.
 *
 * <p>Start at {@link dev.hejin.agent.app.command.AgentCommand}.
 */
@NullMarked
package dev.hejin.agent.app.command;

import org.jspecify.annotations.NullMarked;
