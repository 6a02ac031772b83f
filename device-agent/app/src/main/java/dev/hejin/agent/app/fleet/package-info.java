/**
 * Simulated nodes of a pool file in one process, and the service that changes their truth.
 *
 * <p>Start at {@link dev.hejin.agent.app.fleet.SimulatedPool}.
 */
@NullMarked
package dev.hejin.agent.app.fleet;

import org.jspecify.annotations.NullMarked;
