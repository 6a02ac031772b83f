package dev.hejin.agent.app.probe.nvidia;

/** Return codes of NVML that we tell apart. */
final class NvmlStatus {
  static final int SUCCESS = 0;
  static final int NO_PERMISSION = 4;
  static final int NOT_FOUND = 6;
  static final int INSUFFICIENT_SIZE = 7;
  static final int FUNCTION_NOT_FOUND = 13;
  static final int GPU_IS_LOST = 15;
  static final int RESET_REQUIRED = 16;

  private NvmlStatus() {}

  static boolean isBroken(int status) {
    return status == GPU_IS_LOST || status == RESET_REQUIRED;
  }

  static String words(int status) {
    return switch (status) {
      case 1 -> "uninitialized";
      case 2 -> "invalid argument";
      case 3 -> "not supported";
      case NO_PERMISSION -> "no permission";
      case NOT_FOUND -> "not found";
      case INSUFFICIENT_SIZE -> "insufficient size";
      case 9 -> "driver not loaded";
      case 12 -> "library not found";
      case FUNCTION_NOT_FOUND -> "function not in this library";
      case GPU_IS_LOST -> "GPU is lost";
      case RESET_REQUIRED -> "GPU requires a reset";
      case 17 -> "the operating system blocks it";
      case 18 -> "driver and library versions differ; maybe restart the machine after the update";
      case 25 -> "argument version mismatch";
      default -> "NVML error " + status;
    };
  }
}
