package dev.hejin.lab.routing;

import dev.hejin.catalog.file.InvalidFileException;
import dev.hejin.catalog.load.ExpertLoad;
import dev.hejin.catalog.load.ExpertLoadFile;
import dev.hejin.catalog.load.SyntheticExpertLoad;
import dev.hejin.catalog.scenario.ExpertLoadSource;
import dev.hejin.lab.scenario.Routing;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The shares of a model's experts at each moment: one load, then mixtures on the way to others. */
public final class LoadPath {
  private static final double LEAST_STEP_SECONDS = 5;
  private static final double STEPS = 40;

  private final ModelSpec model;
  private final List<Routing.Drift> drifts;
  private final List<double[][]> loads = new ArrayList<>();

  public LoadPath(ModelSpec model, Routing routing) {
    this.model = model;
    this.drifts = routing.drifts();
    loads.add(shares(routing.load()));
    drifts.forEach(drift -> loads.add(shares(drift.to())));
  }

  /** Shares of every layer's experts; empty for a dense layer. The caller owns them. */
  public double[][] at(double seconds) {
    int i = 0;
    while (i < drifts.size() && seconds >= drifts.get(i).endSeconds()) {
      i++;
    }
    double[][] from = loads.get(i);
    double part = 0;
    double[][] to = from;
    if (i < drifts.size() && seconds > drifts.get(i).startSeconds()) {
      Routing.Drift drift = drifts.get(i);
      part = (seconds - drift.startSeconds()) / (drift.endSeconds() - drift.startSeconds());
      to = loads.get(i + 1);
    }
    double[][] mixed = new double[from.length][];
    for (int layer = 0; layer < from.length; layer++) {
      mixed[layer] = new double[from[layer].length];
      for (int e = 0; e < from[layer].length; e++) {
        mixed[layer][e] = from[layer][e] + part * (to[layer][e] - from[layer][e]);
      }
    }
    return mixed;
  }

  /** How often a load that drifts is to be looked at: 40 steps a drift, at least 5 s each. */
  public double stepSeconds() {
    double shortest =
        drifts.stream().mapToDouble(d -> d.endSeconds() - d.startSeconds()).min().orElse(0);
    return Math.max(LEAST_STEP_SECONDS, shortest / STEPS);
  }

  /** Whether shares at the two moments may differ. */
  public boolean changes(double from, double to) {
    return drifts.stream().anyMatch(d -> d.startSeconds() < to && d.endSeconds() >= from);
  }

  private double[][] shares(ExpertLoadSource source) {
    int layers = model.layers().size();
    int first = 0;
    while (first < layers && !model.layers().get(first).isMoe()) {
      first++;
    }
    double[][] shares = new double[layers][0];
    if (first == layers) {
      return shares;
    }
    int experts = model.layers().get(first).routedExperts();
    ExpertLoad load =
        switch (source) {
          case ExpertLoadSource.Synthetic made ->
              SyntheticExpertLoad.generate(layers, first, experts, made.seed(), made.skew());
          case ExpertLoadSource.Recorded recorded -> recorded(recorded.path(), layers);
        };
    for (LayerSpec layer : model.layers()) {
      if (layer.isMoe()) {
        shares[layer.index()] = row(load, layer);
      }
    }
    return shares;
  }

  private ExpertLoad recorded(Path path, int layers) {
    ExpertLoad load = ExpertLoadFile.read(path, layer -> isMoe(layer));
    if (load.layers() != layers) {
      throw new InvalidFileException(
          path.toString(),
          "$.logical_count",
          "",
          "%d layers were recorded, %s has %d".formatted(load.layers(), model.name(), layers),
          "it was recorded of another model");
    }
    return load;
  }

  private boolean isMoe(int layer) {
    return layer < model.layers().size() && model.layers().get(layer).isMoe();
  }

  private double[] row(ExpertLoad load, LayerSpec layer) {
    double[] row = load.layer(layer.index());
    if (row.length != layer.routedExperts()) {
      throw new InvalidFileException(
          load.source(),
          "$.logical_count[" + layer.index() + "]",
          "",
          "%d experts were recorded, %s has %d"
              .formatted(row.length, model.name(), layer.routedExperts()),
          "it was recorded of another model");
    }
    double total = load.total(layer.index());
    for (int e = 0; e < row.length; e++) {
      row[e] /= total;
    }
    return row;
  }
}
