package dev.hejin.scheduler.cost;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.cost.calibration.Calibration;
import dev.hejin.scheduler.cost.collective.DispatchKind;
import dev.hejin.scheduler.cost.serving.Engine;
import java.util.Locale;
import java.util.Map;

/**
 * Every constant of the planner's cost model, in one place. Shares of peaks, start-up times and
 * overheads are fitted to measurements: those of {@link Calibration#shipped()} for a device that
 * was not measured, averaged over engines. Observed speed factors of a pool correct them per
 * device. The rest is assumed.
 */
public final class CostConstants {
  private static final Map<String, Double> KERNEL = Calibration.shipped().kernel().named();
  private static final Map<String, Double> TOKENS = Calibration.shipped().tokens().named();
  private static final Map<String, Double> DISPATCH =
      Calibration.shipped().dispatch(DispatchKind.LOW_LATENCY_DISPATCH).named();
  private static final Map<String, Double> COMBINE =
      Calibration.shipped().dispatch(DispatchKind.LOW_LATENCY_COMBINE).named();

  /** Achieved share of a device's peak operations a second in 16 bits. */
  public static final double COMPUTE_EFFICIENCY = of(KERNEL, "efficiency.wide");

  /** The same in 8 and 4 bits, with the scales that engines use there. */
  public static final double NARROW_EFFICIENCY = of(KERNEL, "efficiency.block");

  /** Times that the rows of a routed token are moved around its products, in 16 bits. */
  public static final double MOVED = of(KERNEL, "moved.wide");

  /** The same in 8 and 4 bits, quantisation included. */
  public static final double NARROW_MOVED = of(KERNEL, "moved.block");

  /** Achieved share of a device's peak memory bandwidth. */
  public static final double MEMORY_EFFICIENCY = of(KERNEL, "memory");

  /** Achieved share of link bandwidth in exchanges of routed tokens. */
  public static final double LINK_EFFICIENCY = (of(DISPATCH, "link") + of(COMBINE, "link")) / 2;

  /** Achieved share of network bandwidth there; a fit that exceeds the nameplate counts as it. */
  public static final double NETWORK_EFFICIENCY =
      Math.min(1, (of(DISPATCH, "network") + of(COMBINE, "network")) / 2);

  /** Start-up time of one exchange between devices of a node. */
  public static final double LINK_LATENCY_SECONDS = of(DISPATCH, "start") + of(DISPATCH, "experts");

  /** Start-up time of one exchange that crosses four nodes, and of one pipeline hop. */
  public static final double NETWORK_LATENCY_SECONDS =
      LINK_LATENCY_SECONDS + 2 * of(DISPATCH, "node.start");

  /** Start-up time of one sum over 8 devices of a node; goes with the logarithm of their number. */
  public static final double SUM_LATENCY_SECONDS = of(TOKENS, "latency");

  /** Kernel launches of one layer that nothing hides. */
  public static final double LAYER_OVERHEAD_SECONDS = engines("layer.moe");

  /** Scheduling and sampling of one microbatch on one stage. */
  public static final double STAGE_OVERHEAD_SECONDS = engines("step");

  /**
   * Share of the shorter of exchange and computation that hides where both grow with the batch:
   * gives the 25 % that two-batch overlap gains at large batches (SGLang, 2025).
   */
  public static final double HIDDEN_SHARE = 0.5;

  /** Assumed where memory bandwidth is unknown: the low end of server accelerators. */
  public static final double ASSUMED_MEMORY_BYTES_PER_SECOND = 800e9;

  /** Assumed where no 16-bit rate is known: the low end of server accelerators. */
  public static final double ASSUMED_OPS_PER_SECOND = 100e12;

  /** Assumed where the link between devices is unknown: PCIe 4.0 x16, one direction. */
  public static final double ASSUMED_LINK_BYTES_PER_SECOND = 32e9;

  /** Assumed for each device where its node's network is unknown: 200 Gbit/s. */
  public static final double ASSUMED_NETWORK_BYTES_PER_SECOND = 25e9;

  /** Residual-stream sized buffers that one token needs while a layer runs, at 2 bytes. */
  public static final int ACTIVATION_BUFFERS = 8;

  /** Room for a device that receives more than the mean share of dispatched tokens. */
  public static final double DISPATCH_SKEW = 2.0;

  /** Memory that driver, runtime and captured graphs take; buffers of collectives come on top. */
  public static final long RUNTIME_BYTES = 512L << 20;

  /**
   * Share of a device's memory that no plan fills: the allocator's fragments and what was not
   * thought of. Assumed; engines leave 10 to 12 % free for it and for what is counted above
   * (defaults of vLLM and SGLang).
   */
  public static final double MEMORY_MARGIN = 0.05;

  private CostConstants() {}

  private static double of(Map<String, Double> values, String name) {
    return requireNonNull(values.get(name), name);
  }

  /** Mean over engines. */
  private static double engines(String name) {
    double sum = 0;
    for (Engine engine : Engine.values()) {
      sum += of(TOKENS, name + "." + engine.name().toLowerCase(Locale.ROOT));
    }
    return sum / Engine.values().length;
  }
}
