/**
 * Manifests of a serving engine whose ranks are pods: what {@code ./hejin export --form kubernetes}
 * writes.
 *
 * <p>Start at {@link dev.hejin.client.kubernetes.ServingManifest}. {@code NodeGroup} is one group
 * of like nodes, {@code ServingOptions} what the command line says.
 *
 * <p>Promises: ranks stand on the nodes that the plan means them for, in its order; everything that
 * is written is a plain Kubernetes kind, so that no operator is needed.
 */
@NullMarked
package dev.hejin.client.kubernetes;

import org.jspecify.annotations.NullMarked;
