/**
 * What would bring more: one more node of a type, or better figures of a chip or of the network.
 *
 * <p>Start at {@link dev.hejin.lab.advisor.Changes}, which derives the changes from a scenario, and
 * at {@link dev.hejin.lab.advisor.Advice}, which says what each brought in paired simulations.
 */
@NullMarked
package dev.hejin.lab.advisor;

import org.jspecify.annotations.NullMarked;
