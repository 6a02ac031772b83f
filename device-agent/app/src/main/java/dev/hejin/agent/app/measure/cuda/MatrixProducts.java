package dev.hejin.agent.app.measure.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.hejin.agent.app.measure.MeasurementFailure;
import dev.hejin.agent.model.Precision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Square products through cuBLAS: {@code cublasGemmEx} for FP32, BF16, FP16 and INT8, {@code
 * cublasLtMatmul} for FP8, which takes its first matrix transposed and gives BF16.
 */
final class MatrixProducts {
  private static final int REPEATS = 20;
  private static final int NOT_TRANSPOSED = 0;
  private static final int TRANSPOSED = 1;
  private static final int TYPE_R_32F = 0;
  private static final int TYPE_R_16F = 2;
  private static final int TYPE_R_8I = 3;
  private static final int TYPE_R_32I = 10;
  private static final int TYPE_R_16BF = 14;
  private static final int TYPE_R_8F_E4M3 = 28;
  private static final int COMPUTE_32F = 68;
  private static final int COMPUTE_32I = 72;
  private static final int ALGORITHM_DEFAULT = -1;
  private static final int DESCRIPTION_TRANSPOSE_A = 3;
  private static final long WORKSPACE_BYTES = 32L << 20;

  private final NativeLibrary blas;
  private final CudaDevice device;
  private final Arena arena;

  MatrixProducts(NativeLibrary blas, CudaDevice device, Arena arena) {
    this.blas = blas;
    this.device = device;
    this.arena = arena;
  }

  /** Operations a second of products of n by n. */
  double rate(Precision precision, int n) throws MeasurementFailure {
    try {
      double seconds =
          switch (precision) {
            case FP32 -> simple(n, TYPE_R_32F, TYPE_R_32F, 4, COMPUTE_32F);
            case BF16 -> simple(n, TYPE_R_16BF, TYPE_R_16BF, 2, COMPUTE_32F);
            case FP16 -> simple(n, TYPE_R_16F, TYPE_R_16F, 2, COMPUTE_32F);
            case INT8 -> simple(n, TYPE_R_8I, TYPE_R_32I, 1, COMPUTE_32I);
            case FP8 -> light(n);
            case FP4, INT4 ->
                throw new MeasurementFailure(
                    precision + " has no plain product\nMaybe measure it with --command");
          };
      return 2.0 * n * n * n / seconds;
    } finally {
      device.free();
    }
  }

  private double simple(int n, int type, int outType, int bytes, int compute)
      throws MeasurementFailure {
    MemorySegment out = arena.allocate(ADDRESS);
    blas.call("cublasCreate_v2", out);
    MemorySegment handle = out.get(ADDRESS, 0);
    MemorySegment a = pointer(device.allocate((long) n * n * bytes));
    MemorySegment b = pointer(device.allocate((long) n * n * bytes));
    MemorySegment c =
        pointer(device.allocate((long) n * n * Math.max(bytes, outType == TYPE_R_32I ? 4 : bytes)));
    MemorySegment one = scalar(compute, 1);
    MemorySegment zero = scalar(compute, 0);
    double seconds =
        device.seconds(
            REPEATS,
            () ->
                blas.call(
                    "cublasGemmEx",
                    handle,
                    TRANSPOSED,
                    NOT_TRANSPOSED,
                    n,
                    n,
                    n,
                    one,
                    a,
                    type,
                    n,
                    b,
                    type,
                    n,
                    zero,
                    c,
                    outType,
                    n,
                    compute,
                    ALGORITHM_DEFAULT));
    blas.call("cublasDestroy_v2", handle);
    return seconds;
  }

  private double light(int n) throws MeasurementFailure {
    MemorySegment out = arena.allocate(ADDRESS);
    blas.call("cublasLtCreate", out);
    MemorySegment handle = out.get(ADDRESS, 0);
    blas.call("cublasLtMatmulDescCreate", out, COMPUTE_32F, TYPE_R_32F);
    MemorySegment description = out.get(ADDRESS, 0);
    MemorySegment transpose = arena.allocateFrom(JAVA_INT, TRANSPOSED);
    blas.call(
        "cublasLtMatmulDescSetAttribute", description, DESCRIPTION_TRANSPOSE_A, transpose, 4L);
    MemorySegment in = layout(TYPE_R_8F_E4M3, n);
    MemorySegment result = layout(TYPE_R_16BF, n);
    MemorySegment a = pointer(device.allocate((long) n * n));
    MemorySegment b = pointer(device.allocate((long) n * n));
    MemorySegment c = pointer(device.allocate(2L * n * n));
    MemorySegment workspace = pointer(device.allocate(WORKSPACE_BYTES));
    MemorySegment one = scalar(COMPUTE_32F, 1);
    MemorySegment zero = scalar(COMPUTE_32F, 0);
    // Without an algorithm the library asks its own heuristics.
    double seconds =
        device.seconds(
            REPEATS,
            () ->
                blas.call(
                    "cublasLtMatmul",
                    handle,
                    description,
                    one,
                    a,
                    in,
                    b,
                    in,
                    zero,
                    c,
                    result,
                    c,
                    result,
                    MemorySegment.NULL,
                    workspace,
                    WORKSPACE_BYTES,
                    MemorySegment.NULL));
    blas.call("cublasLtDestroy", handle);
    return seconds;
  }

  private MemorySegment layout(int type, int n) throws MeasurementFailure {
    MemorySegment out = arena.allocate(ADDRESS);
    blas.call("cublasLtMatrixLayoutCreate", out, type, (long) n, (long) n, (long) n);
    return out.get(ADDRESS, 0);
  }

  private MemorySegment scalar(int compute, int value) {
    return compute == COMPUTE_32I
        ? arena.allocateFrom(JAVA_INT, value)
        : arena.allocateFrom(JAVA_FLOAT, value);
  }

  private static MemorySegment pointer(long address) {
    return MemorySegment.ofAddress(address);
  }
}
