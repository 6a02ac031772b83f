/** The balancer of equal devices that public expert-parallel load balancers use. */
@NullMarked
package dev.hejin.scheduler.policy.heapgreedy;

import org.jspecify.annotations.NullMarked;
