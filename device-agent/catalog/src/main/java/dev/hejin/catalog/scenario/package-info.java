/**
 * The scenario file: traffic, expert load, and events one after the other with what must hold.
 *
 * <p>Start at {@code ScenarioFiles}; {@code Scenario.checkAgainst} tells whether its events name
 * devices and nodes of a pool.
 */
@NullMarked
package dev.hejin.catalog.scenario;

import org.jspecify.annotations.NullMarked;
