/**
 * Plans and the steps that lead from one placement to the next.
 *
 * <p>Start at {@link dev.hejin.scheduler.plan.Plan}, then {@code Migration}, which says what each
 * device is to do next, and {@code PlacementVerifier}, which did not write the plan.
 *
 * <p>Never here: clocks, threads, I/O, hashed collections, generated messages.
 */
@NullMarked
package dev.hejin.scheduler.plan;

import org.jspecify.annotations.NullMarked;
