/**
 * The ways to an engine: a command of the operator's ({@code exec}), a file that the engine reads
 * ({@code file}).
 *
 * <p>Start at {@link dev.hejin.agent.app.driver.EngineDrivers}. The JSON that both speak is in
 * {@link dev.hejin.agent.app.driver.ShardJson}; the README beside tells it to operators.
 *
 * <p>Promises: each order may be repeated; a command has a time limit; a file is whole or not
 * there; after kill -9 nothing is reported that is not surely held.
 *
 * <p>Never here: sessions, messages, probes.
 */
@NullMarked
package dev.hejin.agent.app.driver;

import org.jspecify.annotations.NullMarked;
