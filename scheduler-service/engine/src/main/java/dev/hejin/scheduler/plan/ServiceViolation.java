package dev.hejin.scheduler.plan;

import static java.util.Objects.requireNonNull;

/**
 * Something that is wrong with the service at one moment.
 *
 * @param kind what
 * @param subject device, or layer and expert
 * @param detail in words, with the figures
 */
public record ServiceViolation(Kind kind, String subject, String detail) {

  /** What can be wrong. */
  public enum Kind {
    /** Nothing has served it since the check began: it is still being brought up. */
    NEVER_SERVED,
    /**
     * Its last live replica was on a device that was lost, or was let go before the loss was known.
     */
    LOST,
    /** Its last live replica was taken out of service. */
    DROPPED,
    /** A route names what its device does not hold. */
    ROUTE_WITHOUT_SHARD,
    /** Shards exceed a device's limit, and are more than when it was last looked at. */
    MEMORY_EXCEEDED,
    /** Shares do not sum to 1 though no route is changing. */
    SHARE_SUM
  }

  public ServiceViolation {
    requireNonNull(kind, "kind");
    requireNonNull(subject, "subject");
    requireNonNull(detail, "detail");
  }
}
