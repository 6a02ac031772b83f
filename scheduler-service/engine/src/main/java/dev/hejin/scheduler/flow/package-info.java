/**
 * Places the layers of a dense model on mixed devices behind mixed links: one interval of layers
 * for each device, judged as a maximum flow (the problem of Helix, ASPLOS 2025) or by what would
 * really be served. Same problem, same options: same plan.
 *
 * <p>Start at {@link dev.hejin.scheduler.flow.StagePlanner}; input {@code StageProblem}, output
 * {@code StagePlan}, judged by {@code StageVerifier}, which shares no code with the search.
 *
 * <p>Never here: clocks, threads, I/O, unseeded chance, hashed collections, JSON.
 *
 * <p>Hot path: {@code PlanFlow} and {@code ServingSimulation}; budgets are in steps and events.
 */
@NullMarked
package dev.hejin.scheduler.flow;

import org.jspecify.annotations.NullMarked;
