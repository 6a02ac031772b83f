/**
 * Checks of the manifests in {@code deploy/kubernetes} and of those that {@code ./hejin export}
 * writes.
 *
 * <p>Start at {@code ManifestTest}. {@code Rendering} asks kubectl for what an overlay gives;
 * {@code KubernetesTypes} and {@code OperatorTypes} compare it with the published types, field by
 * field; {@code Promises} and {@code References} hold what types cannot say.
 *
 * <p>Promises: needs no cluster and no network. Without kubectl the tests are skipped, not passed.
 */
@NullMarked
package dev.hejin.deploy.kubernetes;

import org.jspecify.annotations.NullMarked;
