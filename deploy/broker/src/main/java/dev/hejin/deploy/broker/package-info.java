/**
 * One real Kafka broker in its own process, for a cluster on one machine.
 *
 * <p>Start at {@link dev.hejin.deploy.broker.LocalBroker}: options, data folder, ports, Kafka.
 *
 * <p>Promises: listens on 127.0.0.1 only; one READY line on standard output and nothing else; bad
 * input is one clear line and exit code 2; a killed process starts again on the same data.
 *
 * <p>Never here: topics, or anything else that knows what Hejin sends. Not a hot path.
 */
@NullMarked
package dev.hejin.deploy.broker;

import org.jspecify.annotations.NullMarked;
