package dev.hejin.scheduler.cost;

import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.model.Workload;

/**
 * Bytes of everything that a device holds. Estimates round up; none is below what an engine needs.
 *
 * <p>Block scales are counted: 4 bytes for each 128 x 128 block of 8-bit weights (DeepSeek-V3
 * report, arXiv 2412.19437, section 3.3), 1 byte for each 32 weights of 4-bit ones (OCP MX
 * specification 1.0).
 */
public final class MemoryModel {
  private final ModelSpec model;
  private final Workload workload;
  private final int fanOut;
  private final long expertParameters;

  public MemoryModel(ModelSpec model, Workload workload) {
    this.model = model;
    this.workload = workload;
    this.fanOut = model.layers().stream().mapToInt(LayerSpec::expertsPerToken).max().orElse(0);
    this.expertParameters =
        model.layers().stream().mapToLong(LayerSpec::expertParameters).max().orElse(0);
  }

  /** Bytes of one weight with its part of the block scale. */
  public static double bytesPerWeight(Precision precision) {
    return switch (precision.bits()) {
      case 8 -> 1 + 4.0 / (128 * 128);
      case 4 -> 0.5 + 1.0 / 32;
      default -> precision.bytesPerWeight();
    };
  }

  /**
   * Bytes of one shard. Embedding and head stay in at least 16 bits whatever format is named, as
   * published checkpoints keep them; the head of a model with tied embeddings is a copy of the
   * embedding, because it lives on another stage.
   */
  public long shardBytes(Shard shard) {
    return switch (shard.kind()) {
      case EMBEDDING -> wide(model.embeddingParameters(), shard.precision());
      case HEAD -> wide(model.embeddingParameters() + model.extraParameters(), shard.precision());
      case LAYER -> layerBytes(model.layers().get(shard.layer()), shard.precision());
      case EXPERT -> expertBytes(model.layers().get(shard.layer()), shard.precision());
    };
  }

  private static long wide(long parameters, Precision precision) {
    return parameters * Math.max(16, precision.bits()) / 8;
  }

  /** Attention, norms, router and shared or dense feed-forward of a layer. */
  public long layerBytes(LayerSpec layer, Precision precision) {
    return (long) Math.ceil(layer.baseParameters() * bytesPerWeight(precision));
  }

  /**
   * The part of {@link #layerBytes} that each of so many tensor parallel devices holds: norms and
   * router are on all of them.
   */
  public long layerBytes(LayerSpec layer, Precision precision, int tensorParallel) {
    double parameters =
        (double) (layer.attention().parameters() + layer.denseParameters()) / tensorParallel
            + layer.routerParameters()
            + layer.normParameters();
    return (long) Math.ceil(parameters * bytesPerWeight(precision));
  }

  /** Times that the cache of a layer is held by so many tensor parallel devices together. */
  public static double cacheCopies(LayerSpec layer, int tensorParallel) {
    return (double) tensorParallel / Math.min(tensorParallel, layer.attention().cacheParts());
  }

  /** One routed expert; 0 for a dense layer. */
  public long expertBytes(LayerSpec layer, Precision precision) {
    return (long) Math.ceil(layer.expertParameters() * bytesPerWeight(precision));
  }

  /** The largest expert of the model in a format; 0 for a dense model. */
  public long largestExpertBytes(Precision precision) {
    return (long) Math.ceil(expertParameters * bytesPerWeight(precision));
  }

  /** What one cached token of one sequence takes in a layer. */
  public double kvBytesPerToken(LayerSpec layer) {
    return layer.attention().kvElementsPerToken() * model.kvPrecision().bytesPerWeight();
  }

  /**
   * Cache of all sequences of the workload in a layer. The whole context is counted, also where
   * attention reads only a window of it: not every engine frees the rest.
   */
  public double kvBytes(LayerSpec layer) {
    return kvBytesPerToken(layer) * workload.contextTokens() * workload.batchTokens();
  }

  /**
   * Activations, dispatch buffers, logits, runtime and margin of one device. Sized for a step that
   * is not cut into microbatches, so that the number of stages may change without new buffers.
   *
   * @param library collective library of the device, see {@link CollectiveBuffers}
   * @param capacityBytes memory of the device
   * @param tokenShare share of the workload's tokens whose attention it does
   * @param devices in its stage
   * @param last whether the stage holds the head
   */
  public long workspaceBytes(
      String library, long capacityBytes, double tokenShare, int devices, boolean last) {
    return workspaceBytes(library, capacityBytes, tokenShare, devices, last, 1);
  }

  /** The same for a device that divides its layers with others, which see the same tokens. */
  public long workspaceBytes(
      String library,
      long capacityBytes,
      double tokenShare,
      int devices,
      boolean last,
      int tensorParallel) {
    double tokens = workload.batchTokens() * tokenShare;
    double bytes =
        tokens * tensorParallel * model.hiddenSize() * 2 * CostConstants.ACTIVATION_BUFFERS;
    if (fanOut > 0 && devices > 1) {
      double received = (double) workload.batchTokens() * fanOut / devices;
      bytes += received * CostConstants.DISPATCH_SKEW * model.hiddenSize() * (2 + 2);
    }
    if (last) {
      bytes += tokens * model.vocabularySize() * 4;
    }
    bytes += CollectiveBuffers.bytes(library, devices, tensorParallel);
    bytes += CostConstants.RUNTIME_BYTES + CostConstants.MEMORY_MARGIN * capacityBytes;
    return (long) Math.ceil(bytes);
  }

  /**
   * The same for a device of a stage whose attention and experts lie on different devices.
   *
   * @param tokenShare share of the workload's tokens whose attention it does
   * @param rowShare share of the routed rows that it sends or receives, with room for skew
   */
  public long apartWorkspaceBytes(
      String library, long capacityBytes, double tokenShare, double rowShare, boolean last) {
    double tokens = workload.batchTokens() * tokenShare;
    double rows = (double) workload.batchTokens() * fanOut * rowShare;
    double bytes =
        tokens * model.hiddenSize() * 2 * CostConstants.ACTIVATION_BUFFERS
            + rows * model.hiddenSize() * (2 + 2)
            + (last ? tokens * model.vocabularySize() * 4 : 0)
            + CollectiveBuffers.apartBytes(library)
            + CostConstants.RUNTIME_BYTES
            + CostConstants.MEMORY_MARGIN * capacityBytes;
    return (long) Math.ceil(bytes);
  }
}
