/** Fixed blocks of experts, the layout that engines start with. */
@NullMarked
package dev.hejin.scheduler.policy.contiguous;

import org.jspecify.annotations.NullMarked;
