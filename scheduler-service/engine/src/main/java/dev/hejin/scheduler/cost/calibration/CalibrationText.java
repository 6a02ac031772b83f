package dev.hejin.scheduler.cost.calibration;

import dev.hejin.scheduler.cost.collective.DispatchCurve;
import dev.hejin.scheduler.cost.collective.DispatchKind;
import dev.hejin.scheduler.cost.fit.Parameter;
import dev.hejin.scheduler.cost.fit.ParameterValues;
import dev.hejin.scheduler.cost.kernel.ExpertKernel;
import dev.hejin.scheduler.cost.serving.FirstTokenCurve;
import dev.hejin.scheduler.cost.serving.ServingCurve;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The parameter file: lines {@code curve/parameter = value}, {@code #} begins a comment. A
 * parameter that is missing keeps its prior; one that no curve has is an error.
 */
public final class CalibrationText {
  private static final String KERNEL = "kernel";
  private static final String TOKENS = "tokens";
  private static final String FIRST = "first";
  private static final String DISPATCH = "dispatch.";

  private CalibrationText() {}

  /**
   * Writes a calibration.
   *
   * @param header comment lines without their {@code #}: date, source, counts
   */
  public static String format(Calibration calibration, List<String> header) {
    List<String> lines = new ArrayList<>();
    header.forEach(line -> lines.add(("# " + line).stripTrailing()));
    section(lines, KERNEL, ExpertKernel.fitted(), calibration.kernel());
    calibration
        .measuredKernels()
        .forEach(
            (system, values) ->
                section(lines, KERNEL + "." + system, ExpertKernel.fitted(), values));
    section(lines, TOKENS, ServingCurve.fitted(), calibration.tokens());
    section(lines, FIRST, FirstTokenCurve.fitted(), calibration.first());
    calibration
        .dispatch()
        .forEach((kind, values) -> section(lines, name(kind), DispatchCurve.fitted(), values));
    calibration
        .measuredDispatch()
        .forEach(
            (system, kinds) ->
                kinds.forEach(
                    (kind, values) ->
                        section(lines, name(kind) + "." + system, DispatchCurve.fitted(), values)));
    return String.join("\n", lines) + "\n";
  }

  private static String name(DispatchKind kind) {
    return DISPATCH + kind.name().toLowerCase(Locale.ROOT);
  }

  private static void section(
      List<String> lines, String curve, List<Parameter> parameters, ParameterValues values) {
    lines.add("");
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      String key = curve + "/" + parameter.name();
      String value = String.format(Locale.ROOT, "%.5g", values.get(i));
      lines.add("# " + parameter.meaning());
      lines.add(key + " = " + value);
    }
  }

  /**
   * Reads what {@link #format} wrote.
   *
   * @throws IllegalArgumentException naming the line that is not understood
   */
  public static Calibration parse(String text) {
    Map<String, Map<String, Double>> curves = new TreeMap<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      int slash = line.indexOf('/');
      int equals = line.indexOf('=');
      if (slash < 1 || equals < slash) {
        throw wrong(number, line);
      }
      try {
        double value = Double.parseDouble(line.substring(equals + 1).strip());
        curves
            .computeIfAbsent(line.substring(0, slash).strip(), ignored -> new TreeMap<>())
            .put(line.substring(slash + 1, equals).strip(), value);
      } catch (NumberFormatException e) {
        throw wrong(number, line);
      }
    }
    return build(curves);
  }

  private static Calibration build(Map<String, Map<String, Double>> curves) {
    Map<String, ParameterValues> kernels = new TreeMap<>();
    Map<DispatchKind, ParameterValues> dispatch = new EnumMap<>(DispatchKind.class);
    Map<String, Map<DispatchKind, ParameterValues>> own = new TreeMap<>();
    for (DispatchKind kind : DispatchKind.values()) {
      dispatch.put(kind, read(curves, name(kind), DispatchCurve.fitted()));
      String prefix = name(kind) + ".";
      for (String curve : List.copyOf(curves.keySet())) {
        if (curve.startsWith(prefix)) {
          own.computeIfAbsent(
                  curve.substring(prefix.length()), ignored -> new EnumMap<>(DispatchKind.class))
              .put(kind, read(curves, curve, DispatchCurve.fitted()));
        }
      }
    }
    for (String curve : List.copyOf(curves.keySet())) {
      if (curve.startsWith(KERNEL + ".")) {
        kernels.put(
            curve.substring(KERNEL.length() + 1), read(curves, curve, ExpertKernel.fitted()));
      }
    }
    Calibration calibration =
        new Calibration(
            read(curves, KERNEL, ExpertKernel.fitted()),
            kernels,
            read(curves, TOKENS, ServingCurve.fitted()),
            read(curves, FIRST, FirstTokenCurve.fitted()),
            dispatch,
            own);
    if (!curves.isEmpty()) {
      throw new IllegalArgumentException(
          "curve " + curves.keySet() + " is not known\nMaybe the file is of another version.");
    }
    return calibration;
  }

  private static ParameterValues read(
      Map<String, Map<String, Double>> curves, String curve, List<Parameter> parameters) {
    Map<String, Double> named = curves.getOrDefault(curve, Map.of());
    for (String name : named.keySet()) {
      if (parameters.stream().noneMatch(p -> p.name().equals(name))) {
        throw new IllegalArgumentException(
            curve + "/" + name + " is not known\nMaybe the file is of another version.");
      }
    }
    curves.remove(curve);
    return ParameterValues.of(parameters, named);
  }

  private static IllegalArgumentException wrong(int number, String line) {
    return new IllegalArgumentException(
        "line " + number + ": " + line + "\nMaybe it lacks 'curve/parameter = value'.");
  }
}
