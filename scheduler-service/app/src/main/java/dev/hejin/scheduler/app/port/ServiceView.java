package dev.hejin.scheduler.app.port;

import dev.hejin.scheduler.plan.ServicePlan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service that was created.
 *
 * @param pipelines as deployments, by number
 * @param plan joint plan; null when the request was answered before
 * @param revision that the view reflects
 */
public record ServiceView(
    List<DeploymentView> pipelines, @Nullable ServicePlan plan, long revision) {
  public ServiceView {
    pipelines = List.copyOf(pipelines);
  }
}
