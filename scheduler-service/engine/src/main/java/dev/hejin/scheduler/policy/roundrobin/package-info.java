/** A floor to compare with: experts in turn on devices in turn. */
@NullMarked
package dev.hejin.scheduler.policy.roundrobin;

import org.jspecify.annotations.NullMarked;
