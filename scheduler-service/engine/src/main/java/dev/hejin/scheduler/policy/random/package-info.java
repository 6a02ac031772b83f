/** A floor to compare with: experts and devices by chance, from a seed. */
@NullMarked
package dev.hejin.scheduler.policy.random;

import org.jspecify.annotations.NullMarked;
