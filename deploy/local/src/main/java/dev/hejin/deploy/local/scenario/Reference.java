package dev.hejin.deploy.local.scenario;

import static java.util.Objects.requireNonNull;

import dev.hejin.deploy.local.truth.TrueThroughput;

/**
 * A fresh plan with full knowledge, as a measure.
 *
 * @param fresh what it would really reach
 * @param inForce what the judge's own world makes of the plan in force; equal to what is seen, or
 *     the judge is wrong; nothing while the newest plan is on its way
 * @param policy that placed the experts of the newest plan
 * @param balancedness that plan's predicted mean device time / max device time
 */
public record Reference(
    TrueThroughput fresh, TrueThroughput inForce, String policy, double balancedness) {
  public Reference {
    requireNonNull(fresh, "fresh");
    requireNonNull(inForce, "inForce");
    requireNonNull(policy, "policy");
  }
}
