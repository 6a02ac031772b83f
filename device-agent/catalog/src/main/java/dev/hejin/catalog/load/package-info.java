/**
 * How many tokens each expert of each layer gets: recorded, or made from a seed.
 *
 * <p>Start at {@code ExpertLoad}; {@code ExpertLoadFile} reads recordings, {@code
 * SyntheticExpertLoad} makes profiles. Same input, same loads, on every machine.
 *
 * <p>Never here: clocks, unseeded chance.
 */
@NullMarked
package dev.hejin.catalog.load;

import org.jspecify.annotations.NullMarked;
