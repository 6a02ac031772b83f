/**
 * What devices report, from Kafka, aggregated in windows by Kafka Streams.
 *
 * <p>Start at {@link dev.hejin.scheduler.app.telemetry.TelemetryTopology}. Results go to the
 * control loop as plain values; late and malformed records are counted and dropped.
 */
@NullMarked
package dev.hejin.scheduler.app.telemetry;

import org.jspecify.annotations.NullMarked;
