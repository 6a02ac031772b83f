package dev.hejin.lab.scenario;

import dev.hejin.catalog.file.Fields;
import dev.hejin.catalog.pool.PoolSpec;
import dev.hejin.catalog.scenario.ExpertLoadSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads what belongs to one service; a group that it leaves out is the scenario's. */
final class ServiceReader {
  /** Prompts and answers are cut here: no model of the catalogue takes more. */
  private static final int MOST_TOKENS = 1_000_000;

  private final Fields common;
  private final PoolSpec pool;

  ServiceReader(Fields common, PoolSpec pool) {
    this.common = common;
    this.pool = pool;
  }

  Service service(Fields own, String name, String model, List<String> nodes) {
    return new Service(
        name,
        model,
        nodes,
        traffic(owner(own, "traffic").group("traffic")),
        limits(owner(own, "limits").group("limits")),
        routing(owner(own, "routing").group("routing")),
        serving(owner(own, "serving").group("serving"), nodes));
  }

  private Fields owner(Fields own, String name) {
    return own.has(name) ? own : common;
  }

  private static Traffic traffic(Fields fields) {
    boolean traced = fields.has("trace");
    String kind = fields.text("arrivals", traced ? "trace" : "poisson");
    if (traced != kind.equals("trace")) {
      throw fields.invalid(
          traced ? "arrivals" : "trace",
          traced ? "there is a trace" : "there is no file",
          "arrivals: trace and trace: FILE go together");
    }
    return new Traffic(
        Traffic.Arrivals.valueOf(kind.toUpperCase(Locale.ROOT)),
        fields.number("requestsPerSecond", 10),
        fields.number("burstFactor", 4),
        fields.number("burstSeconds", 20),
        fields.number("calmSeconds", 60),
        fields.number("dayAmplitude", 0.6),
        fields.number("daySeconds", 86_400),
        surges(fields),
        traced ? fields.resolve(fields.text("trace")).toString() : "",
        fields.number("traceSpeed", 1),
        lengths(fields, "prompt", 1024),
        lengths(fields, "output", 256));
  }

  private static Traffic.Lengths lengths(Fields fields, String what, double otherwise) {
    return new Traffic.Lengths(
        fields.number(what + "Tokens", otherwise),
        fields.number(what + "Spread", 0.8),
        MOST_TOKENS);
  }

  private static List<Traffic.Surge> surges(Fields fields) {
    List<Traffic.Surge> surges = new ArrayList<>();
    for (Fields surge : fields.groups("surges")) {
      double start = surge.number("startSeconds", 0);
      double end = surge.number("endSeconds", 0);
      if (end <= start) {
        throw surge.invalid("endSeconds", "it ends before it begins", "give a later moment");
      }
      surges.add(new Traffic.Surge(start, end, surge.number("factor", 1)));
    }
    return surges;
  }

  private static Limits limits(Fields fields) {
    return new Limits(fields.number("ttftSeconds", 5), fields.number("tpotMillis", 100));
  }

  private static Routing routing(Fields fields) {
    List<Routing.Drift> drifts = new ArrayList<>();
    double last = 0;
    for (Fields drift : fields.groups("drifts")) {
      double start = drift.number("startSeconds", 0);
      double end = drift.number("endSeconds", 0);
      if (end < start || start < last) {
        throw drift.invalid(
            end < start ? "endSeconds" : "startSeconds",
            "drifts follow one another and end after they begin",
            "sort them by time");
      }
      last = end;
      drifts.add(new Routing.Drift(load(drift.group("to"), drift, "to"), start, end));
    }
    return new Routing(
        load(fields.group("load"), fields, "load"),
        drifts,
        fields.number("textSpread", TEXT_SPREAD));
  }

  /**
   * See the lab's document: what the loss of a matched placement in public measurements implies.
   */
  private static final double TEXT_SPREAD = 3.59;

  private static ExpertLoadSource load(Fields load, Fields owner, String name) {
    if (!load.has("file")) {
      return new ExpertLoadSource.Synthetic(load.wholeNumber("seed", 1), load.number("skew", 1.0));
    }
    if (load.has("seed") || load.has("skew")) {
      throw owner.invalid(
          name, "a recorded file and a synthetic load exclude each other", "remove one of them");
    }
    return new ExpertLoadSource.Recorded(load.resolve(load.text("file")));
  }

  private Serving serving(Fields fields, List<String> nodes) {
    int devices =
        pool.nodes().stream()
            .filter(node -> nodes.isEmpty() || nodes.contains(node.name()))
            .mapToInt(node -> node.devices().size())
            .sum();
    int sequences = fields.integer("maxSequences", 64 * devices);
    return new Serving(
        sequences,
        fields.integer("contextTokens", 2048),
        fields.integer("tokenBudget", Math.max(sequences + 2048, 256 * devices)),
        fields.number("overlap", 0.5),
        fields.integer("queueLimit", 200_000));
  }
}
