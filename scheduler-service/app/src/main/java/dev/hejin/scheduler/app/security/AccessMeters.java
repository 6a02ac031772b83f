package dev.hejin.scheduler.app.security;

import dev.hejin.scheduler.app.observe.Gauges;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Metrics of who was let in and what the audit could keep. */
@ApplicationScoped
public class AccessMeters {

  void onStart(@Observes StartupEvent event, AccessInterceptor access, AuditLog audit) {
    Gauges.gauge(
        "hejin.requests.in.flight", "Requests that wait for an answer.", access::requestsInFlight);
    Gauges.counter(
        "hejin.audit.events",
        "Audit events by what became of them.",
        "outcome",
        "written",
        audit::written);
    Gauges.counter(
        "hejin.audit.events",
        "Audit events by what became of them.",
        "outcome",
        "dropped",
        audit::dropped);
  }
}
