package dev.hejin.scheduler.cost;

/**
 * Every constant of the cost model, in one place. None of them was fitted to measurements: they are
 * round numbers of the size that public measurements of large-batch decoding show. Observed speed
 * factors of a pool correct them per device; a calibrated model may replace them.
 */
public final class CostConstants {
  /** Achieved share of a device's peak operations a second. */
  public static final double COMPUTE_EFFICIENCY = 0.5;

  /** Achieved share of a device's peak memory bandwidth. */
  public static final double MEMORY_EFFICIENCY = 0.75;

  /** Achieved share of link and network bandwidth in all-to-all exchanges. */
  public static final double LINK_EFFICIENCY = 0.7;

  /** Start-up time of one exchange between devices of a node. */
  public static final double LINK_LATENCY_SECONDS = 20e-6;

  /** Start-up time of one exchange that crosses nodes, and of one pipeline hop. */
  public static final double NETWORK_LATENCY_SECONDS = 40e-6;

  /** Kernel launches of one layer that nothing hides. */
  public static final double LAYER_OVERHEAD_SECONDS = 10e-6;

  /** Scheduling and sampling of one microbatch on one stage. */
  public static final double STAGE_OVERHEAD_SECONDS = 200e-6;

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

  /** Memory that the driver, runtime and collective library take. */
  public static final long RUNTIME_BYTES = 1L << 30;

  /** Share of a device's memory lost to fragmentation or kept as margin. */
  public static final double MEMORY_MARGIN = 0.05;

  private CostConstants() {}
}
