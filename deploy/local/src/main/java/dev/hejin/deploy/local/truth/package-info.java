/**
 * What really happens in the simulated devices, judged without asking the scheduler.
 *
 * <p>Start at {@link dev.hejin.deploy.local.truth.TruthWatcher}; {@link
 * dev.hejin.deploy.local.truth.PlanPhysics} says what another plan would really do.
 *
 * <p>Promises: no figure comes from the scheduler's cost model. Of the scheduler's modules only the
 * import of models is used.
 */
@NullMarked
package dev.hejin.deploy.local.truth;

import org.jspecify.annotations.NullMarked;
