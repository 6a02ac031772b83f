package dev.hejin.scheduler.cost.calibration;

import dev.hejin.scheduler.cost.collective.DispatchCurve;
import dev.hejin.scheduler.cost.collective.DispatchKind;
import dev.hejin.scheduler.cost.fit.ParameterValues;
import dev.hejin.scheduler.cost.kernel.ExpertKernel;
import dev.hejin.scheduler.cost.serving.FirstTokenCurve;
import dev.hejin.scheduler.cost.serving.ServingCurve;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Parameters of every curve.
 *
 * @param kernel of expert kernels, for a device that was not measured
 * @param measuredKernels the same for each measured system
 * @param tokens of time per output token
 * @param first of time to first token
 * @param dispatch of each kind of dispatch, for a device that was not measured
 * @param measuredDispatch the same for each measured system
 */
public record Calibration(
    ParameterValues kernel,
    Map<String, ParameterValues> measuredKernels,
    ParameterValues tokens,
    ParameterValues first,
    Map<DispatchKind, ParameterValues> dispatch,
    Map<String, Map<DispatchKind, ParameterValues>> measuredDispatch) {
  private static final String RESOURCE = "/dev/hejin/scheduler/cost/calibration.properties";

  public Calibration {
    measuredKernels = Collections.unmodifiableMap(new TreeMap<>(measuredKernels));
    dispatch = Collections.unmodifiableMap(new EnumMap<>(dispatch));
    measuredDispatch = Collections.unmodifiableMap(new TreeMap<>(measuredDispatch));
  }

  /** What is part of Hejin. */
  public static Calibration shipped() {
    return Shipped.CALIBRATION;
  }

  /** Read once, when it is first asked for. */
  private static final class Shipped {
    static final Calibration CALIBRATION = read();

    private static Calibration read() {
      try (InputStream stream = Calibration.class.getResourceAsStream(RESOURCE)) {
        if (stream == null) {
          throw new IllegalStateException(
              "resource " + RESOURCE + " is missing\nMaybe the jar was built without resources.");
        }
        return CalibrationText.parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + RESOURCE, e);
      }
    }
  }

  /**
   * The curve of a system: its own when it was measured, else that of a measured one of its
   * architecture, else the one for all.
   *
   * @param names of the system and of measured ones of its architecture, nearest first
   */
  public ExpertKernel kernel(String... names) {
    for (String name : names) {
      ParameterValues own = measuredKernels.get(name);
      if (own != null) {
        return new ExpertKernel(own);
      }
    }
    return new ExpertKernel(kernel);
  }

  public ServingCurve servingCurve() {
    return new ServingCurve(tokens);
  }

  public FirstTokenCurve firstTokenCurve() {
    return new FirstTokenCurve(first, servingCurve());
  }

  /** The curve of one kind of dispatch, chosen as that of kernels is. */
  public DispatchCurve dispatchCurve(DispatchKind kind, String... names) {
    for (String name : names) {
      ParameterValues own = measuredDispatch.getOrDefault(name, Map.of()).get(kind);
      if (own != null) {
        return new DispatchCurve(own);
      }
    }
    return new DispatchCurve(dispatch(kind));
  }

  /** Parameters of one kind of dispatch. */
  public ParameterValues dispatch(DispatchKind kind) {
    return Objects.requireNonNull(dispatch.get(kind));
  }
}
