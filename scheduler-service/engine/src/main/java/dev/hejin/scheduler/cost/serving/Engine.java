package dev.hejin.scheduler.cost.serving;

import java.util.Locale;
import java.util.Optional;

/** Serving engines whose overheads were measured. */
public enum Engine {
  VLLM,
  SGLANG,
  TRTLLM;

  /** An engine by the name that benchmarks write. */
  public static Optional<Engine> of(String name) {
    return switch (name.strip().toLowerCase(Locale.ROOT)) {
      case "vllm" -> Optional.of(VLLM);
      case "sglang" -> Optional.of(SGLANG);
      case "trtllm", "tensorrt-llm", "trt-llm" -> Optional.of(TRTLLM);
      default -> Optional.empty();
    };
  }

  String lowerName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
