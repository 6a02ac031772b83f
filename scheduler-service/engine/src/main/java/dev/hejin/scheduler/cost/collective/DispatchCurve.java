package dev.hejin.scheduler.cost.collective;

import dev.hejin.scheduler.cost.fit.Parameter;
import dev.hejin.scheduler.cost.fit.ParameterValues;
import dev.hejin.scheduler.cost.fit.RobustFit;
import java.util.ArrayList;
import java.util.List;

/**
 * Seconds of one exchange: Hockney's alpha-beta model whose bandwidth is that of the link or of the
 * cores that copy, whichever is less:
 *
 * <pre>
 * start + experts start + tokens (copies hidden bytes max(1 / link, 1 / cores) + handling)
 *   + between nodes: start log2(nodes) + tokens nodes' copies hidden bytes / network
 * </pre>
 */
public final class DispatchCurve {
  private static final int START = 0;
  private static final int EXPERTS = 1;
  private static final int LINK = 2;
  private static final int CORE = 3;
  private static final int HANDLING = 4;
  private static final int NODE_START = 5;
  private static final int NETWORK = 6;

  private static final double REFERENCE_EXPERTS = 256;

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("start", 1.5e-5, 1, "s of an exchange"),
          new Parameter("experts", 2e-6, 1, "s more with 256 experts"),
          new Parameter("link", 0.6, 0.5, "share of link bandwidth"),
          new Parameter("core", 3e10, 0.7, "B/s that one core copies"),
          new Parameter("handling", 1e-8, 2, "s for each token of a device"),
          new Parameter("node.start", 8e-6, 1, "s for each doubling of nodes"),
          new Parameter("network", 0.7, 0.5, "share of network bandwidth"));

  private final ParameterValues values;

  public DispatchCurve(ParameterValues values) {
    this.values = values;
  }

  /** What a calibration fits, for each kind apart. */
  public static List<Parameter> fitted() {
    return PARAMETERS;
  }

  public double seconds(DispatchCase given) {
    DispatchKind kind = given.kind();
    int devices = given.devicesPerNode() * given.nodes();
    double copies =
        kind.deduplicates() ? DispatchCase.distinct(devices, given.topK()) : given.topK();
    double bytes = (double) given.hidden() * kind.bytesPerElement();
    double perByte = 1 / (given.linkBytesPerSecond() * values.get(LINK));
    if (given.cores() > 0) {
      perByte = Math.max(perByte, 1 / (values.get(CORE) * given.cores()));
    }
    double local = given.nodes() == 1 ? copies : copies / given.nodes();
    double seconds =
        values.get(START)
            + values.get(EXPERTS) * given.experts() / REFERENCE_EXPERTS
            + given.tokens() * (local * bytes * perByte + values.get(HANDLING));
    if (given.nodes() > 1) {
      double away =
          kind.deduplicates() ? DispatchCase.distinct(given.nodes(), given.topK()) : copies;
      away *= (given.nodes() - 1.0) / given.nodes();
      seconds +=
          values.get(NODE_START) * Math.log(given.nodes()) / Math.log(2)
              + given.tokens()
                  * away
                  * bytes
                  / (given.networkBytesPerSecond() * values.get(NETWORK));
    }
    return seconds;
  }

  /**
   * A measured exchange.
   *
   * @param seconds measured
   */
  public record Sample(DispatchCase given, double seconds) {}

  /** Fits one kind from the priors of {@link #fitted}. */
  public static ParameterValues fit(List<Sample> samples) {
    return fit(samples, PARAMETERS);
  }

  /** Fits one kind from other priors. */
  public static ParameterValues fit(List<Sample> samples, List<Parameter> priors) {
    List<Sample> measured = new ArrayList<>(samples);
    return RobustFit.fit(
        priors,
        measured.size(),
        (values, into) -> {
          DispatchCurve curve = new DispatchCurve(values);
          for (int i = 0; i < measured.size(); i++) {
            Sample sample = measured.get(i);
            into[i] = Math.log(curve.seconds(sample.given()) / sample.seconds());
          }
        });
  }
}
