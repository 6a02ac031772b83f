/**
 * Plays a scenario against a running cluster and judges how the scheduler reacts.
 *
 * <p>Start at {@link dev.hejin.deploy.local.scenario.ScenarioRunner}; {@link
 * dev.hejin.deploy.local.scenario.Verdict} says what must hold, {@link
 * dev.hejin.deploy.local.scenario.SummaryText} prints it.
 *
 * <p>Promises: the runner sees the cluster through small interfaces and a clock that it is given,
 * so that tests need no processes.
 */
@NullMarked
package dev.hejin.deploy.local.scenario;

import org.jspecify.annotations.NullMarked;
