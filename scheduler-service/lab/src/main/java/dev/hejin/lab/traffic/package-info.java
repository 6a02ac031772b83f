/**
 * Requests: synthetic ones by four arrival processes, and recorded ones.
 *
 * <p>Start at {@link dev.hejin.lab.traffic.RequestSource}. What comes depends on scenario and seed
 * alone, never on how it is served.
 */
@NullMarked
package dev.hejin.lab.traffic;

import org.jspecify.annotations.NullMarked;
