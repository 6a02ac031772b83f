package dev.hejin.scheduler.cost.collective;

/** Kernels of expert dispatch (DeepEP, 2025) and their directions. */
public enum DispatchKind {
  LOW_LATENCY_DISPATCH(false, 1),
  LOW_LATENCY_COMBINE(false, 2),
  NORMAL_DISPATCH(true, 2),
  NORMAL_COMBINE(true, 2);

  private final boolean deduplicates;
  private final int bytesPerElement;

  DispatchKind(boolean deduplicates, int bytesPerElement) {
    this.deduplicates = deduplicates;
    this.bytesPerElement = bytesPerElement;
  }

  /** Whether a token goes once to each device, not once to each of its experts. */
  boolean deduplicates() {
    return deduplicates;
  }

  int bytesPerElement() {
    return bytesPerElement;
  }
}
