/**
 * The event log in Kafka: the only durable state of the scheduler.
 *
 * <p>Start at {@link dev.hejin.scheduler.app.store.EventLog}. An event is applied only after its
 * transaction committed; whoever replays the topic gets the same state.
 */
@NullMarked
package dev.hejin.scheduler.app.store;

import org.jspecify.annotations.NullMarked;
