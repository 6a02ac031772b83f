package dev.hejin.scheduler.cost.fit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Values of a curve's parameters, in the order in which the curve names them. */
public final class ParameterValues {
  private final List<Parameter> parameters;
  private final double[] values;

  private ParameterValues(List<Parameter> parameters, double[] values) {
    this.parameters = List.copyOf(parameters);
    this.values = values;
  }

  /** What the parameters are without measurements. */
  public static ParameterValues priors(List<Parameter> parameters) {
    return new ParameterValues(
        parameters, parameters.stream().mapToDouble(Parameter::prior).toArray());
  }

  /** The exponentials of a fit's variables. */
  public static ParameterValues ofLogarithms(List<Parameter> parameters, double[] logarithms) {
    double[] values = new double[logarithms.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.exp(logarithms[i]);
    }
    return new ParameterValues(parameters, values);
  }

  /**
   * Values by name; a name that is missing keeps its prior.
   *
   * @throws IllegalArgumentException for a value that is not above 0
   */
  public static ParameterValues of(List<Parameter> parameters, Map<String, Double> named) {
    double[] values = new double[parameters.size()];
    for (int i = 0; i < values.length; i++) {
      Parameter parameter = parameters.get(i);
      double value = named.getOrDefault(parameter.name(), parameter.prior());
      if (!(value > 0) || Double.isInfinite(value)) {
        throw new IllegalArgumentException(
            parameter.name() + " = " + value + " is not above 0\nMaybe calibrate again.");
      }
      values[i] = value;
    }
    return new ParameterValues(parameters, values);
  }

  public double get(int index) {
    return values[index];
  }

  /** Names and values, in alphabetical order. */
  public Map<String, Double> named() {
    Map<String, Double> named = new TreeMap<>();
    for (int i = 0; i < values.length; i++) {
      named.put(parameters.get(i).name(), values[i]);
    }
    return named;
  }

  /** The same parameters with these values as priors and every spread scaled. */
  public List<Parameter> asPriors(double spreadScale) {
    List<Parameter> scaled = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      Parameter p = parameters.get(i);
      scaled.add(new Parameter(p.name(), values[i], p.spread() * spreadScale, p.meaning()));
    }
    return scaled;
  }
}
