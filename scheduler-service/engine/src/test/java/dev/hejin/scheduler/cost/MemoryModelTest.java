package dev.hejin.scheduler.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.AttentionKind;
import dev.hejin.scheduler.model.AttentionSpec;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.model.Workload;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryModelTest {
  private static final LayerSpec LAYER =
      new LayerSpec(
          0,
          new AttentionSpec(AttentionKind.MLA, 1_000_000, 576, 1000, Integer.MAX_VALUE),
          0,
          0,
          0,
          8,
          16_384,
          2,
          1,
          1);
  private static final ModelSpec MODEL =
      new ModelSpec(
          "m",
          "M",
          1024,
          1000,
          false,
          Precision.FP8,
          Precision.FP8,
          Precision.BF16,
          List.of(LAYER),
          0,
          24,
          List.of());
  private final MemoryModel memory = new MemoryModel(MODEL, new Workload(100, 1000));

  @Test
  void shouldCountBlockScales() {
    // Given one expert of exactly one 128 x 128 block
    // When
    long eight = memory.shardBytes(Shard.ofExpert(0, 3, Precision.INT8));
    long four = memory.shardBytes(Shard.ofExpert(0, 3, Precision.FP4));
    long sixteen = memory.shardBytes(Shard.ofExpert(0, 3, Precision.BF16));

    // Then one scale of 4 bytes, one byte for 32 weights, none
    assertThat(eight).isEqualTo(16_384 + 4);
    assertThat(four).isEqualTo(16_384 / 2 + 16_384 / 32);
    assertThat(sixteen).isEqualTo(2 * 16_384);
  }

  @Test
  void shouldKeepEmbeddingAndHeadInSixteenBits() {
    // Given / When
    long embedding = memory.shardBytes(Shard.ofEmbedding(Precision.FP8));
    long head = memory.shardBytes(Shard.ofHead(Precision.FP8));

    // Then
    assertThat(embedding).isEqualTo(2L * 1000 * 1024);
    assertThat(head).isEqualTo(2L * (1000 * 1024 + 24));
  }

  @Test
  void shouldCacheEverySequenceInFull() {
    // Given 100 sequences of 1000 tokens, 576 elements of 2 bytes
    // When
    double bytes = memory.kvBytes(LAYER);

    // Then
    assertThat(bytes).isEqualTo(100.0 * 1000 * 576 * 2);
  }

  @Test
  void shouldLeaveMarginForRuntimeAndFragmentation() {
    // Given / When
    long bytes = memory.workspaceBytes("NCCL", 100L << 30, 0.25, 4, false);

    // Then
    assertThat(bytes).isBetween(6L << 30, 7L << 30);
  }

  @Test
  void shouldCountBuffersOfTheCollectiveLibrary() {
    // Given two groups: 32 channels both ways of 4 MiB, or 200 MB both ways; a device alone: none
    // When
    long alone = memory.workspaceBytes("HCCL", 100L << 30, 0.25, 1, false);
    long nccl = memory.workspaceBytes("nccl", 100L << 30, 0.25, 4, false);
    long hccl = memory.workspaceBytes("HCCL", 100L << 30, 0.25, 4, false);
    long unknown = memory.workspaceBytes("", 100L << 30, 0.25, 4, false);

    // Then
    assertThat(hccl - nccl).isEqualTo(2 * (400_000_000L - 256L * (1 << 20)));
    assertThat(unknown).isEqualTo(nccl);
    assertThat(alone).isLessThan(nccl - 512L * (1 << 20));
    assertThat(CollectiveBuffers.isPublished("hccl")).isTrue();
    assertThat(CollectiveBuffers.isPublished("MCCL")).isFalse();
  }
}
