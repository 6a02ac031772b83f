/**
 * Which experts are used together, and a pass over a finished placement that brings them to the
 * same node. Balance, slots, groups and copies are never worse after it.
 *
 * <p>Start at {@link dev.hejin.scheduler.coactivation.NodeLocality}; input {@code Coactivation} and
 * a {@code BalanceResult}, output another {@code BalanceResult}.
 *
 * <p>Never here: clocks, threads, I/O, chance, hashed collections.
 */
@NullMarked
package dev.hejin.scheduler.coactivation;

import org.jspecify.annotations.NullMarked;
