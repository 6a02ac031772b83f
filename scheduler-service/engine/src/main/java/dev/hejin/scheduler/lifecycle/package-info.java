/**
 * The state machine: a command becomes events, an event changes state, nothing else does.
 *
 * <p>Start at {@link dev.hejin.scheduler.lifecycle.CommandHandler} and {@link
 * dev.hejin.scheduler.lifecycle.ClusterState#apply}. The same events in the same order give the
 * same state, live and at restart.
 *
 * <p>Never here: clocks, threads, I/O, hashed collections, generated messages.
 */
@NullMarked
package dev.hejin.scheduler.lifecycle;

import org.jspecify.annotations.NullMarked;
