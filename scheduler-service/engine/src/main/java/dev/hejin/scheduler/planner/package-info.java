/**
 * Turns one snapshot into one plan. Same snapshot, policy and seed: same plan.
 *
 * <p>Start at {@link dev.hejin.scheduler.planner.Planner}; its steps run in the order Inventory,
 * LayoutSearch, Draft, Continuation, PlanCheck.
 *
 * <p>Never here: clocks, threads, I/O, hashed collections, generated messages.
 *
 * <p>Hot path: LayerSplit and the expert policy.
 */
@NullMarked
package dev.hejin.scheduler.planner;

import org.jspecify.annotations.NullMarked;
