/**
 * The default policy: experts over devices of unequal speed and memory.
 *
 * <p>Start at {@link dev.hejin.scheduler.policy.hejin.HejinPolicy}; {@code Packing} is its working
 * state, {@code Improvement} its bounded local search.
 */
@NullMarked
package dev.hejin.scheduler.policy.hejin;

import org.jspecify.annotations.NullMarked;
