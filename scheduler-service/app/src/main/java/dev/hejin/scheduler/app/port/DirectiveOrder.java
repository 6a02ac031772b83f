package dev.hejin.scheduler.app.port;

import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.DeviceAction;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One order to one device.
 *
 * @param id unique in this process
 * @param deployment name
 * @param entry the deployment as it is now, with its target plan; null when it is gone
 * @param action what to do
 * @param sizeBytes bytes of a shard on the device
 * @param kvCacheBytes that the plan reserves on the device
 * @param traceParent trace that it belongs to; empty for none
 */
public record DirectiveOrder(
    String id,
    String deployment,
    @Nullable DeploymentEntry entry,
    DeviceAction action,
    ToLongFunction<Shard> sizeBytes,
    long kvCacheBytes,
    String traceParent) {

  public DirectiveOrder(
      String id,
      DeploymentEntry entry,
      DeviceAction action,
      ToLongFunction<Shard> sizeBytes,
      long kvCacheBytes,
      String traceParent) {
    this(id, entry.spec().name(), entry, action, sizeBytes, kvCacheBytes, traceParent);
  }

  /** An order that gives back what a deleted deployment left. */
  public static DirectiveOrder emptying(
      String id, String deployment, DeviceAction action, String traceParent) {
    return new DirectiveOrder(id, deployment, null, action, shard -> 0L, 0, traceParent);
  }

  /** The deployment, unless it is gone. */
  public Optional<DeploymentEntry> deploymentEntry() {
    return Optional.ofNullable(entry);
  }
}
