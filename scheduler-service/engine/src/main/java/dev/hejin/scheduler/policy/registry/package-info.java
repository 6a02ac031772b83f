/** The list of expert policies, in order, by short name. */
@NullMarked
package dev.hejin.scheduler.policy.registry;

import org.jspecify.annotations.NullMarked;
