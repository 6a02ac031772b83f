/**
 * What the operating system says of the machine that the agent runs on.
 *
 * <p>Start at {@link dev.hejin.agent.app.host.HostFacts}.
 */
@NullMarked
package dev.hejin.agent.app.host;

import org.jspecify.annotations.NullMarked;
