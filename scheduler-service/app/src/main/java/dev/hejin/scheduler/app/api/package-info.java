/**
 * What operators and programs call: inventory and deployments.
 *
 * <p>Start at {@link dev.hejin.scheduler.app.api.DeploymentApi}. Requests are decoded and checked
 * by the codec, answered from the control loop, never on it.
 */
@NullMarked
package dev.hejin.scheduler.app.api;

import org.jspecify.annotations.NullMarked;
