/**
 * Places the experts of mixture-of-experts layers on devices of unequal speed and size, and proves
 * how far each placement is from the best one. Same problem: same result.
 *
 * <p>Start at {@link dev.hejin.scheduler.balance.Balancer}; input {@code BalanceProblem}, output
 * {@code BalanceResult}, judged by {@code PlacementVerifier}, which shares no code with it.
 *
 * <p>Never here: clocks, threads, I/O, chance, hashed collections, JSON.
 *
 * <p>Hot path: {@code Replication}, {@code Packing}, {@code SwapSearch}; they allocate nothing.
 */
@NullMarked
package dev.hejin.scheduler.balance;

import org.jspecify.annotations.NullMarked;
