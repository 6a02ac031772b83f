/**
 * What devices did, every second, to Kafka.
 *
 * <p>Start at {@link dev.hejin.agent.app.telemetry.Telemetry}.
 *
 * <p>Promises: never blocks anybody else; without a broker the oldest records go first, counted.
 */
@NullMarked
package dev.hejin.agent.app.telemetry;

import org.jspecify.annotations.NullMarked;
