/**
 * The simulated world as a whole: a pool that serves, a scheduler that plans for it, what breaks.
 *
 * <p>Start at {@link dev.hejin.lab.world.World}. One trial runs on one thread and shares nothing
 * with another.
 *
 * <p>Promises: same scenario, variant and seed, same result, bit for bit.
 */
@NullMarked
package dev.hejin.lab.world;

import org.jspecify.annotations.NullMarked;
