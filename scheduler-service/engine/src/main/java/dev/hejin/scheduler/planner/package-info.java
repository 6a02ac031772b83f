/**
 * Turns one snapshot into one plan. Same snapshot, policy and seed: same plan.
 *
 * <p>Start at {@link dev.hejin.scheduler.planner.Planner}; its steps run in the order Inventory,
 * LayoutSearch, Draft, Continuation, PlanCheck. Several pipelines: {@link
 * dev.hejin.scheduler.planner.ServicePlanner}, for a {@link
 * dev.hejin.scheduler.planner.ServiceGoal}; several services: {@link
 * dev.hejin.scheduler.planner.PoolSharing}; why: {@link dev.hejin.scheduler.planner.PlanExplainer}.
 *
 * <p>Never here: clocks, threads, I/O, hashed collections, generated messages.
 *
 * <p>Hot path: LayerSplit, PipelinePricing, PipelineBound and the expert policy.
 */
@NullMarked
package dev.hejin.scheduler.planner;

import org.jspecify.annotations.NullMarked;
