/**
 * Carries out directives: what a device holds, and what an order may change of it.
 *
 * <p>Start at {@link dev.hejin.agent.reconcile.DeviceLedger}; {@link
 * dev.hejin.agent.reconcile.DirectiveQueue} keeps the orders of a device in line.
 *
 * <p>Promises: memory is never exceeded; a refused order changes nothing; a repeated order
 * succeeds.
 *
 * <p>Never here: clocks, threads, I/O, generated messages. Time is passed in.
 */
@NullMarked
package dev.hejin.agent.reconcile;

import org.jspecify.annotations.NullMarked;
