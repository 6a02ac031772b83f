/**
 * The default policy: the balancer of {@code dev.hejin.scheduler.balance} for one layer of a stage.
 *
 * <p>Start at {@link dev.hejin.scheduler.policy.hejin.HejinPolicy}; {@code Holdings} reads what the
 * devices hold.
 */
@NullMarked
package dev.hejin.scheduler.policy.hejin;

import org.jspecify.annotations.NullMarked;
