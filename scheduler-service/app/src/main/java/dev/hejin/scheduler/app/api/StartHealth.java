package dev.hejin.scheduler.app.api;

import dev.hejin.scheduler.app.runtime.SchedulerRuntime;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Started once the log was read for the first time, however long that takes. */
@Startup
@ApplicationScoped
public class StartHealth implements HealthCheck {
  private final SchedulerRuntime runtime;

  StartHealth(SchedulerRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public HealthCheckResponse call() {
    boolean opened = runtime.opened().isDone();
    return HealthCheckResponse.named("first replay")
        .status(opened)
        .withData("reason", opened ? "" : "the event log was not read to its end yet")
        .build();
  }
}
