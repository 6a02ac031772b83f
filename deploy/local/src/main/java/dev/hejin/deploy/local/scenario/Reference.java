package dev.hejin.deploy.local.scenario;

import static java.util.Objects.requireNonNull;

import dev.hejin.deploy.local.truth.TrueThroughput;

/**
 * A fresh plan with full knowledge, as a measure.
 *
 * @param fresh what it would really reach
 * @param inForce what the judge's own world makes of the plan in force; equal to what is seen, or
 *     the judge is wrong; nothing while the newest plan is on its way
 */
public record Reference(TrueThroughput fresh, TrueThroughput inForce) {
  public Reference {
    requireNonNull(fresh, "fresh");
    requireNonNull(inForce, "inForce");
  }
}
