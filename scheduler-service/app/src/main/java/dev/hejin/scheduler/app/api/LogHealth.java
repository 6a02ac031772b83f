package dev.hejin.scheduler.app.api;

import dev.hejin.scheduler.app.runtime.SchedulerRuntime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while the event log is read or cannot be reached. */
@Readiness
@ApplicationScoped
public class LogHealth implements HealthCheck {
  private final SchedulerRuntime runtime;

  LogHealth(SchedulerRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public HealthCheckResponse call() {
    String reason;
    try {
      reason = runtime.whyUnavailable().get(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reason = "interrupted";
    } catch (ExecutionException | TimeoutException e) {
      reason = "the control loop does not answer";
    }
    return HealthCheckResponse.named("event log")
        .status(reason.isEmpty())
        .withData("reason", reason)
        .build();
  }
}
