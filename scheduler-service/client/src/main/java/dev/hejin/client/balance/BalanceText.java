package dev.hejin.client.balance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.hejin.client.planfile.Outcome;
import dev.hejin.client.planfile.PlanFile;
import dev.hejin.client.planfile.StoredPlan;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code balance} prints. */
final class BalanceText {
  private static final double PERCENT = 100;

  private BalanceText() {}

  static List<String> lines(Solver.Solved solved, Path file, boolean moved, int repeat) {
    Outcome o = solved.outcome();
    StoredPlan plan = solved.plan();
    String size =
        String.format(
            Locale.ROOT,
            "%d layers, %d experts, %d slots, %d devices; %s, %s split",
            plan.slotExpert().length,
            plan.experts(),
            plan.slotExpert()[0].length,
            plan.deviceSlots().length,
            o.policy(),
            o.split());
    String quality =
        String.format(
            Locale.ROOT,
            "balancedness  %.5f   upper bound %.5f   gap %.3f %%",
            o.balancedness(),
            o.upperBound(),
            PERCENT * (o.upperBound() - o.balancedness()) / o.upperBound());
    long slots = (long) plan.slotExpert().length * plan.slotExpert()[0].length;
    String moves =
        moved
            ? String.format(
                Locale.ROOT,
                "moves         %d of %d replicas (%.1f %%)",
                o.moves(),
                slots,
                PERCENT * o.moves() / slots)
            : "moves         none counted: no plan in force was given";
    String times =
        String.format(
            Locale.ROOT,
            "solve         first %.2f ms, median %.2f ms, fastest %.2f ms of %d",
            o.firstMillis(),
            o.medianMillis(),
            o.minMillis(),
            repeat);
    List<String> lines = new ArrayList<>(List.of(size, quality, moves));
    Outcome.Crossing crossing = o.crossing();
    if (crossing != null) {
      lines.add(
          String.format(
              Locale.ROOT,
              "across nodes  %.0f tokens, %.0f before devices were swapped for it",
              crossing.after(),
              crossing.before()));
    }
    lines.add(times);
    lines.add("plan          " + file);
    return lines;
  }

  static String json(Solver.Solved solved) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      PlanFile.summary(json, solved.plan(), solved.outcome());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
