/**
 * Turns one snapshot into one plan. Same snapshot, policy and seed: same plan.
 *
 * <p>Start at {@code Planner}.
 *
 * <p>Never here: clocks, threads, I/O, hashed collections, generated messages.
 */
@NullMarked
package dev.hejin.scheduler.planner;

import org.jspecify.annotations.NullMarked;
