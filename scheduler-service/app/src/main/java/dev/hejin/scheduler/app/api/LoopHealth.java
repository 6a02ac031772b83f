package dev.hejin.scheduler.app.api;

import dev.hejin.scheduler.app.runtime.SchedulerRuntime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Alive while the control loop answers; to be started again when it does not. A broker that is away
 * is no reason: a new process would not reach it either.
 */
@Liveness
@ApplicationScoped
public class LoopHealth implements HealthCheck {
  private static final long LIMIT_SECONDS = 10;

  private final SchedulerRuntime runtime;

  LoopHealth(SchedulerRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public HealthCheckResponse call() {
    String obstacle = "";
    try {
      runtime.standing().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      obstacle = "interrupted";
    } catch (ExecutionException | TimeoutException e) {
      obstacle = "the control loop has not answered for " + LIMIT_SECONDS + " s";
    }
    return HealthCheckResponse.named("control loop")
        .status(obstacle.isEmpty())
        .withData("reason", obstacle)
        .build();
  }
}
