/**
 * The running scheduler: one thread owns all state, workers plan, adapters post to it.
 *
 * <p>Start at {@link dev.hejin.scheduler.app.runtime.SchedulerRuntime}, then {@code Reconciler}
 * (plan against reality) and {@code Rebalancer} (when to look for a better plan; {@code Replanning}
 * makes it, {@code Adoption} takes it or not). All that must survive goes through {@code
 * Committer}; everything else is rebuilt from what agents report.
 */
@NullMarked
package dev.hejin.scheduler.app.runtime;

import org.jspecify.annotations.NullMarked;
