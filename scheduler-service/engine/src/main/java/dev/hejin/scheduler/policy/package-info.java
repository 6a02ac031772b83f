/**
 * Where the routed experts of one layer go within one stage: a small interface, its problem, and
 * the greedy packing that several policies share.
 *
 * <p>Start at {@link dev.hejin.scheduler.policy.ExpertPolicy}. Each policy has a sub-package and
 * knows nothing of the others; {@code registry.Policies} lists them by short name.
 *
 * <p>Hot path: one call for each MoE layer of each plan.
 *
 * <p>Imports {@code model} and {@code cost}; the policy {@code hejin} also {@code balance}. Never
 * here: clocks, threads, I/O, hashed collections.
 */
@NullMarked
package dev.hejin.scheduler.policy;

import org.jspecify.annotations.NullMarked;
