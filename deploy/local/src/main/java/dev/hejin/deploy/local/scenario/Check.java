package dev.hejin.deploy.local.scenario;

import static java.util.Objects.requireNonNull;

/**
 * One thing that must hold.
 *
 * @param name what
 * @param passed whether it holds
 * @param evidence the figures
 */
public record Check(String name, boolean passed, String evidence) {
  public Check {
    requireNonNull(name, "name");
    requireNonNull(evidence, "evidence");
  }
}
