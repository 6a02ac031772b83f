/**
 * What a node is, what its devices hold and what the scheduler may order: immutable records.
 *
 * <p>Start at {@link dev.hejin.agent.model.Directive} and {@link dev.hejin.agent.model.HeldState}.
 *
 * <p>Never here: clocks, threads, I/O, generated messages.
 */
@NullMarked
package dev.hejin.agent.model;

import org.jspecify.annotations.NullMarked;
