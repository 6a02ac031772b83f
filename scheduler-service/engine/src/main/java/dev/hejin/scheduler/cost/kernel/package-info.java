/**
 * How long the routed experts of one layer take on one device, as one kernel.
 *
 * <p>Start at {@link dev.hejin.scheduler.cost.kernel.ExpertKernel}: weights are read once for each
 * expert that gets tokens, work grows with tokens, and what is larger counts; {@link
 * dev.hejin.scheduler.cost.kernel.ExpertTokens} says how tokens spread over experts.
 *
 * <p>Promises: pure functions; chance only from a fixed seed. Imports {@code cost.fit} and the JDK.
 */
@NullMarked
package dev.hejin.scheduler.cost.kernel;

import org.jspecify.annotations.NullMarked;
