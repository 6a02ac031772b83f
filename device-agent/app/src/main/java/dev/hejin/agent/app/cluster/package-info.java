/**
 * What a Kubernetes cluster has given of this node's devices to others, so that they are not
 * offered.
 *
 * <p>Start at {@link dev.hejin.agent.app.cluster.ClusterView}. {@code KubernetesApi} asks, {@code
 * AllocationReader} understands the answers, {@code Allocations} is what they come to.
 *
 * <p>Promises: reads and never writes; a cluster that does not answer leaves what was known last.
 * Plain HTTP of the JDK: a client library would take more memory than the agent itself.
 */
@NullMarked
package dev.hejin.agent.app.cluster;

import org.jspecify.annotations.NullMarked;
