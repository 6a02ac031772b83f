package dev.hejin.scheduler.plan;

import static java.util.Objects.requireNonNull;

/**
 * A device or layout that the planner did not take.
 *
 * @param subject device id, device type or layout
 * @param reason in words, with the figures that decided
 */
public record Refusal(String subject, String reason) {
  public Refusal {
    requireNonNull(subject, "subject");
    requireNonNull(reason, "reason");
  }
}
