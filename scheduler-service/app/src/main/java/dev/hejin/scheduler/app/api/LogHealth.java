package dev.hejin.scheduler.app.api;

import dev.hejin.scheduler.app.port.Standing;
import dev.hejin.scheduler.app.runtime.SchedulerRuntime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready while this scheduler can do its part: a leader that can commit, or a follower that has read
 * what is there and knows who leads. Not while the log is read, no leader is known, or the broker
 * cannot be reached.
 */
@Readiness
@ApplicationScoped
public class LogHealth implements HealthCheck {
  private final SchedulerRuntime runtime;

  LogHealth(SchedulerRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder answer = HealthCheckResponse.named("event log");
    String obstacle;
    try {
      Standing standing = runtime.standing().get(2, TimeUnit.SECONDS);
      obstacle = standing.obstacle();
      answer
          .withData("role", standing.role().name().toLowerCase(Locale.ROOT))
          .withData("leader", standing.leader())
          .withData("term", standing.term())
          .withData("revision", standing.revision());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      obstacle = "interrupted";
    } catch (ExecutionException | TimeoutException e) {
      obstacle = "the control loop does not answer";
    }
    return answer.status(obstacle.isEmpty()).withData("reason", obstacle).build();
  }
}
