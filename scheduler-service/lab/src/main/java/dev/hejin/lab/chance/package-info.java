/**
 * Chance for hot loops. Streams themselves come from {@link dev.hejin.agent.simulation.Chance}:
 * each is named by seed, purpose and index, so that what one part draws never changes another
 * part's.
 */
@NullMarked
package dev.hejin.lab.chance;

import org.jspecify.annotations.NullMarked;
