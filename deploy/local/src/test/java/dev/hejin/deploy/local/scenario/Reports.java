package dev.hejin.deploy.local.scenario;

import dev.hejin.catalog.scenario.CheckLimits;
import dev.hejin.deploy.local.truth.TrueThroughput;
import java.util.List;

/** Reports to build tests from. */
final class Reports {
  boolean planned = true;
  EventReport.Reaction reaction = EventReport.Reaction.ADOPTED;
  double activeSeconds = 4;
  double achieved = 950;
  double fresh = 1000;
  double judge = 950;
  int unserved;
  List<String> violations = List.of();
  double imbalance = 1.1;
  CheckLimits limits = CheckLimits.NONE;

  EventReport build(String title) {
    return new EventReport(
        title,
        planned,
        reaction,
        "load moved",
        2,
        activeSeconds,
        1,
        5L << 30,
        new EventReport.Experts("hejin", 120, 0.998),
        new TrueThroughput(900, List.of(0.01), 0.9, 1.2),
        500,
        0.6,
        new TrueThroughput(achieved, List.of(0.01), 0.97, imbalance),
        fresh,
        judge,
        unserved,
        unserved > 0 ? 1.5 : 0,
        violations,
        violations.size(),
        40,
        limits);
  }
}
