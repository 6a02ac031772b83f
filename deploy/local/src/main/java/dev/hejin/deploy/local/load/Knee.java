package dev.hejin.deploy.local.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where more load begins to hurt: the first rate at which a process ends, a node is lost, calls
 * fail, telemetry falls behind, or the 99th percentile of a method is twice what it was at the
 * lowest rate. Calls that a limit turned away are no knee; they are told as what they are.
 */
final class Knee {
  private static final double DOUBLED = 2;

  /** Below so many answers a 99th percentile is the largest of a few: it tells no knee. */
  static final int LEAST_ANSWERS = 100;

  /** A failure in so many calls is a knee; fewer may be chance. */
  private static final double FAILED_SHARE = 1e-3;

  private static final double BEHIND_SECONDS = 10;

  /** A source that is later than this measures itself. */
  static final double SOURCE_LATE_MILLIS = 20;

  private Knee() {}

  /**
   * What broke at a step; empty when nothing did.
   *
   * @param before steps at lower rates, by rising rate
   */
  static List<String> broken(List<LiveStep> before, LiveStep now) {
    List<String> broken = new ArrayList<>();
    now.ended().forEach(process -> broken.add("ended: " + process));
    Long lost = now.nodesLost();
    if (lost != null && lost > 0) {
      broken.add(lost + " nodes were taken for lost");
    }
    now.methods().forEach((name, method) -> addFailures(name, method, broken));
    Double behind = now.telemetryBehindSeconds();
    if (behind != null && behind > BEHIND_SECONDS) {
      broken.add(text("telemetry is %.1f s behind", behind));
    }
    now.methods().forEach((name, method) -> addDoubled(name, before, method, broken));
    return broken;
  }

  /** Compares with the lowest rate at which enough calls of the method were answered. */
  private static void addDoubled(
      String name, List<LiveStep> before, LiveStep.Method now, List<String> broken) {
    for (LiveStep step : before) {
      LiveStep.Method first = step.methods().get(name);
      if (first != null && first.answered() >= LEAST_ANSWERS) {
        if (now.answered() >= LEAST_ANSWERS && now.p99Millis() >= DOUBLED * first.p99Millis()) {
          broken.add(
              text(
                  "p99 of %s is %.1f ms, %.1f ms at %.0f calls/s",
                  name, now.p99Millis(), first.p99Millis(), step.callsPerSecond()));
        }
        return;
      }
    }
  }

  private static void addFailures(String name, LiveStep.Method method, List<String> broken) {
    long calls = method.answered() + method.refused() + method.failed();
    if (method.failed() > FAILED_SHARE * calls) {
      broken.add(
          text("%d of %d calls of %s failed: %s", method.failed(), calls, name, method.failures()));
    }
  }

  /** What a reader must know of a step before its figures are believed. */
  static List<String> caveats(LiveStep step) {
    List<String> caveats = new ArrayList<>();
    if (step.sourceLateP99Millis() > SOURCE_LATE_MILLIS) {
      caveats.add(
          text(
              "the source of the calls was itself %.0f ms late at p99: the machine is full, and a"
                  + " part of the times is the source's",
              step.sourceLateP99Millis()));
    }
    step.methods()
        .forEach(
            (name, method) -> {
              if (method.refused() > 0) {
                caveats.add(
                    method.refused()
                        + " calls of "
                        + name
                        + " were turned away by a limit, not by lack of strength: "
                        + method.firstFailure().lines().findFirst().orElse(""));
              }
              if (method.answered() < LEAST_ANSWERS) {
                caveats.add(
                    "only "
                        + method.answered()
                        + " answers of "
                        + name
                        + ": too few for a 99th percentile");
              }
            });
    return caveats;
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
