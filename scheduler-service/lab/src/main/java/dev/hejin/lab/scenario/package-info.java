/**
 * Scenario files of the lab: what is in them, and how they are read.
 *
 * <p>Start at {@link dev.hejin.lab.scenario.ScenarioFiles}. A variant's settings are put into the
 * file's tree before it is checked, so that they meet the same checks.
 *
 * <p>Promises: whatever is wrong ends in one error that names field, value and the likely fix.
 */
@NullMarked
package dev.hejin.lab.scenario;

import org.jspecify.annotations.NullMarked;
