/**
 * NVIDIA: NVML through the foreign function interface, {@code nvidia-smi} where that fails.
 *
 * <p>Start at {@link dev.hejin.agent.app.probe.nvidia.NvidiaProbe}.
 */
@NullMarked
package dev.hejin.agent.app.probe.nvidia;

import org.jspecify.annotations.NullMarked;
