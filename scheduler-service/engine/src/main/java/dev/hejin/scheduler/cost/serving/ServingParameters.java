package dev.hejin.scheduler.cost.serving;

import dev.hejin.scheduler.cost.fit.Parameter;
import java.util.ArrayList;
import java.util.List;

/** Names, priors and places of the parameters of {@link ServingCurve}. */
final class ServingParameters {
  static final int LAYER = 0;
  static final int MOE_LAYER = 3;
  static final int STEP = 6;
  static final int SEQUENCE = 9;
  static final int DECODE = 12;
  static final int PREFILL = 15;
  static final int DISTURB = 18;
  static final int APART = 21;
  static final int PREFILL_STEP = 24;
  static final int SPECULATION = 27;
  static final int SPECULATION_APART = 30;
  static final int MEMORY = 33;
  static final int CACHE = 34;
  static final int ATTENTION = 35;
  static final int LATENCY = 36;
  static final int LINK = 37;
  static final int NETWORK_LATENCY = 38;
  static final int NETWORK = 39;
  static final int SKEW = 40;
  static final int MOVED = 41;
  static final int MOVED_EXPERT = 42;

  static final List<Parameter> ALL = build();

  private ServingParameters() {}

  private static List<Parameter> build() {
    List<Parameter> all = new ArrayList<>();
    engines(all, "layer", 0.7, "s of launches of a dense layer", 20e-6, 20e-6, 15e-6);
    engines(all, "layer.moe", 0.5, "s of launches of an expert layer", 30e-6, 27e-6, 20e-6);
    engines(all, "step", 1, "s of scheduling and sampling of a step", 1e-3, 1e-3, 0.5e-3);
    engines(all, "sequence", 1, "s of a step for each sequence", 1e-5, 1e-5, 0.5e-5);
    formats(all, "decode", 0.5, "share of peak operations in decode", 0.5, 0.4, 0.3);
    formats(all, "prefill", 0.6, "share of peak operations in prefill", 0.5, 0.4, 0.3);
    engines(all, "disturb", 0.25, "share of prefill that decode waits for", 1, 1, 1);
    engines(all, "apart", 0.3, "decode time when prefill is apart", 1, 1, 1);
    engines(all, "prefill.step", 1, "s of launches of a prefill", 1e-3, 1e-3, 1e-3);
    engines(all, "speculation", 0.4, "step over token when it may speculate", 1, 1, 1);
    engines(all, "speculation.apart", 0.4, "the same with prefill apart", 0.8, 0.8, 0.8);
    all.add(new Parameter("memory", 0.75, 0.2, "share of peak memory bandwidth for weights"));
    all.add(new Parameter("cache", 0.6, 0.4, "share of peak memory bandwidth for the cache"));
    all.add(new Parameter("attention", 0.4, 0.4, "share of 16-bit peak in attention of prefill"));
    all.add(new Parameter("latency", 8e-6, 0.7, "s of one exchange among 8 devices of a node"));
    all.add(new Parameter("link", 0.5, 0.5, "share of link bandwidth"));
    all.add(new Parameter("latency.network", 2e-5, 0.7, "s more of an exchange between nodes"));
    all.add(new Parameter("network", 0.8, 0.5, "share of network bandwidth"));
    all.add(new Parameter("skew", 1.1, 0.3, "fullest over mean expert-parallel device"));
    all.add(new Parameter("moved", 16, 0.5, "times that a layer moves a token's row"));
    formats(all, "moved.expert", 0.3, "times that a row is moved for an expert", 2.3, 8, 8);
    return List.copyOf(all);
  }

  private static void engines(
      List<Parameter> all, String name, double spread, String meaning, double... priors) {
    for (Engine engine : Engine.values()) {
      String full = name + "." + engine.lowerName();
      all.add(new Parameter(full, priors[engine.ordinal()], spread, meaning));
    }
  }

  private static void formats(
      List<Parameter> all, String name, double spread, String meaning, double... priors) {
    String[] names = {"wide", "byte", "narrow"};
    for (int i = 0; i < names.length; i++) {
      all.add(new Parameter(name + "." + names[i], priors[i], spread, meaning));
    }
  }
}
