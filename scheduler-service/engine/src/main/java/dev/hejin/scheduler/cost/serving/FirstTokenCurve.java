package dev.hejin.scheduler.cost.serving;

import dev.hejin.scheduler.cost.fit.Parameter;
import dev.hejin.scheduler.cost.fit.ParameterValues;
import java.util.ArrayList;
import java.util.List;

/**
 * Time to first token: entry, own prefill with what starting one takes, prefills of others that
 * stand before it, the step that is under way, and a turn of waiting for each time that the
 * requests exceed what memory holds.
 */
public final class FirstTokenCurve {
  private static final int ENTRY = 0;
  private static final int OWN = 3;
  private static final int OTHERS = 6;
  private static final int OTHERS_APART = 9;
  private static final int STEPS = 12;
  private static final int WAITING = 13;

  private static final List<Parameter> PARAMETERS = parameters();

  private final ParameterValues values;
  private final ServingCurve tokens;

  public FirstTokenCurve(ParameterValues values, ServingCurve tokens) {
    this.values = values;
    this.tokens = tokens;
  }

  /** What a calibration fits. */
  public static List<Parameter> fitted() {
    return PARAMETERS;
  }

  private static List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    String[] names = {"entry", "own", "others", "others.apart"};
    double[] priors = {0.02, 1.2, 0.1, 0.1};
    double[] spreads = {1, 0.7, 1.5, 1.5};
    String[] meanings = {
      "s before prefill", "times the prefill", "share of the others' prefills", "the same apart"
    };
    for (int i = 0; i < names.length; i++) {
      for (Engine engine : Engine.values()) {
        String name = names[i] + "." + engine.lowerName();
        all.add(new Parameter(name, priors[i], spreads[i], meanings[i]));
      }
    }
    all.add(new Parameter("steps", 1, 1, "decode steps that it waits for"));
    all.add(new Parameter("waiting", 0.5, 1, "turns of waiting for each turn beyond memory"));
    return List.copyOf(all);
  }

  /** Seconds from a request's arrival to its first token. */
  public double seconds(ServingCase given) {
    DecodeStep step = tokens.step(given);
    double token = tokens.tokenSeconds(given);
    double prefill = tokens.prefillSeconds(given) + tokens.prefillStartSeconds(given);
    int engine = given.engine().ordinal();
    double before = step.held() - 1;
    int others = OTHERS + engine;
    if (!given.aggregated()) {
      before = given.concurrency() / given.prefillWorkers() - 1;
      others = OTHERS_APART + engine;
    }
    double held = step.held() * given.workers();
    double beyond = Math.max(0, given.concurrency() / held - 1);
    double turn = given.outputTokens() * token;
    return values.get(ENTRY + engine)
        + prefill * values.get(OWN + engine)
        + prefill * values.get(others) * Math.max(0, before)
        + values.get(STEPS) * token
        + values.get(WAITING) * beyond * turn;
  }
}
