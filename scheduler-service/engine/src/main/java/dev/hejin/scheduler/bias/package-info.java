/**
 * Auxiliary-loss-free load balancing of DeepSeek-V3: a bias for each expert that a router adds to
 * its affinities when it chooses experts, and that follows the observed load.
 *
 * <p>Start at {@link dev.hejin.scheduler.bias.BiasController}. It changes routing, and so what a
 * model computes: it belongs to training. Replica weights do not: they only divide an expert's
 * tokens.
 *
 * <p>Never here: clocks, threads, I/O, chance.
 */
@NullMarked
package dev.hejin.scheduler.bias;

import org.jspecify.annotations.NullMarked;
