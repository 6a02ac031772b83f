/** Groups to nodes first, then heap and longest processing time within each node. */
@NullMarked
package dev.hejin.scheduler.policy.hierarchical;

import org.jspecify.annotations.NullMarked;
