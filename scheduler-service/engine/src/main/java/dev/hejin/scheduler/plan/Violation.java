package dev.hejin.scheduler.plan;

import static java.util.Objects.requireNonNull;

/**
 * Something that is wrong with a plan.
 *
 * @param kind what
 * @param subject device, stage, or layer and expert
 * @param detail in words, with the figures
 */
public record Violation(Kind kind, String subject, String detail) {

  /** What can be wrong. */
  public enum Kind {
    /** The stages do not hold all layers of the model. */
    LAYER_MISSING,
    /** The stages hold layers that the model does not have. */
    LAYER_UNKNOWN,
    /** An expert is nowhere. */
    EXPERT_MISSING,
    /** A slot names an expert that the layer does not have. */
    EXPERT_UNKNOWN,
    /** An expert is on one device more than once. */
    EXPERT_TWICE,
    /** A slot names a device number that the stage does not have. */
    SLOT_DEVICE_UNKNOWN,
    /** An expert share is not between 0 and 1. */
    SHARE_RANGE,
    /** Shares of an expert do not sum to 1. */
    SHARE_SUM,
    /** Pipelines of a service do not take all traffic, or not all sequences. */
    TRAFFIC_SHARE_SUM,
    /** A token share is not between 0 and 1. */
    TOKEN_SHARE_RANGE,
    /** Token shares of a stage do not sum to 1. */
    TOKEN_SHARE_SUM,
    /** A device is not in the pool. */
    DEVICE_UNKNOWN,
    /** A device has failed. */
    DEVICE_FAILED,
    /** A device is used more than once. */
    DEVICE_REPEATED,
    /** A device cannot compute in the format of its weights. */
    PRECISION_UNSUPPORTED,
    /** Tensor parallel devices are of different nodes or types, or their token shares differ. */
    TENSOR_GROUP,
    /**
     * In a stage with attention and experts on different devices, one of the first holds an expert
     * or one of the second has tokens of its own.
     */
    SIDES_MIXED,
    /** Devices of a stage do not share a collective library, and no bridge joins theirs. */
    LIBRARY_MIXED,
    /** A device has no memory entry, or an entry has no device. */
    MEMORY_UNSTATED,
    /** A memory entry is negative, or does not agree with the pool or with the shards. */
    MEMORY_MISSTATED,
    /** Shards, cache, workspace and headroom exceed the device. */
    MEMORY_EXCEEDED
  }

  public Violation {
    requireNonNull(kind, "kind");
    requireNonNull(subject, "subject");
    requireNonNull(detail, "detail");
  }
}
