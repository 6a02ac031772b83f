/**
 * Measures NVIDIA devices through the CUDA driver and cuBLAS, by the foreign function interface.
 *
 * <p>Start at {@link dev.hejin.agent.app.measure.cuda.CudaMeasurer}. Signatures and constants are
 * those of the public headers {@code cuda.h}, {@code library_types.h}, {@code cublas_api.h} and
 * {@code cublasLt.h} of CUDA 12.
 *
 * <p>Proven against a stand-in library alone, not on a device.
 */
@NullMarked
package dev.hejin.agent.app.measure.cuda;

import org.jspecify.annotations.NullMarked;
