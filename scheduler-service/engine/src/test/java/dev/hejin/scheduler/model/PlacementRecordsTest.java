package dev.hejin.scheduler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What placements are made of. */
class PlacementRecordsTest {

  private static StagePlacement stage(int first, int end, int layers, int devices, int shares) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < devices; i++) {
      ids.add("n1/" + i);
    }
    return new StagePlacement(
        first,
        end,
        ids,
        java.util.Collections.nCopies(shares, 1.0 / Math.max(1, shares)),
        Precision.BF16,
        Precision.BF16,
        java.util.Collections.nCopies(layers, LayerPlacement.NONE));
  }

  private static StagePlacement stage(int first, int end) {
    return stage(first, end, end - first, 1, 1);
  }

  private static Arguments refused(String message, ThrowingCallable construction) {
    return arguments(message, construction);
  }

  private static ThrowingCallable shard(Shard.Kind kind, int layer, int expert) {
    return () -> new Shard(kind, layer, expert, Precision.BF16);
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        refused(
            "placement with 1 devices, 2 experts and 1 shares",
            () -> new LayerPlacement(new int[1], new int[2], new double[1])),
        refused(
            "placement with 1 devices, 1 experts and 2 shares",
            () -> new LayerPlacement(new int[1], new int[1], new double[2])),
        refused("[-1, 0)", () -> stage(-1, 0, 1, 1, 1)),
        refused("[2, 2)", () -> stage(2, 2, 0, 1, 1)),
        refused("[0, 2) with 1 layer placements", () -> stage(0, 2, 1, 1, 1)),
        refused("with 0 devices", () -> stage(0, 1, 1, 0, 0)),
        refused("with 2 devices and 1 token shares", () -> stage(0, 1, 1, 2, 1)),
        refused("begins at layer 1 where layer 0", () -> new Placement(List.of(stage(1, 2)))),
        refused(
            "begins at layer 3 where layer 2",
            () -> new Placement(List.of(stage(0, 2), stage(3, 4)))),
        refused("shard EMBEDDING with layer 0", shard(Shard.Kind.EMBEDDING, 0, -1)),
        refused("shard HEAD with layer -1 and expert 1", shard(Shard.Kind.HEAD, -1, 1)),
        refused("shard LAYER with layer -1", shard(Shard.Kind.LAYER, -1, -1)),
        refused("shard LAYER with layer 1 and expert 0", shard(Shard.Kind.LAYER, 1, 0)),
        refused("shard EXPERT with layer 1 and expert -1", shard(Shard.Kind.EXPERT, 1, -1)),
        refused("shard EXPERT with layer -1 and expert 1", shard(Shard.Kind.EXPERT, -1, 1)));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void shouldRefuse(String message, ThrowingCallable construction) {
    // When, then
    assertThatThrownBy(construction)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldSortSlotsByDeviceThenExpert() {
    // Given
    LayerPlacement sorted =
        new LayerPlacement(
            new int[] {0, 0, 1}, new int[] {2, 5, 5}, new double[] {1.0, 0.25, 0.75});

    // When
    LayerPlacement shuffled =
        new LayerPlacement(
            new int[] {1, 0, 0}, new int[] {5, 5, 2}, new double[] {0.75, 0.25, 1.0});

    // Then
    assertThat(shuffled).isEqualTo(sorted).hasSameHashCodeAs(sorted);
    assertThat(shuffled.device(2)).isEqualTo(1);
    assertThat(shuffled.expert(2)).isEqualTo(5);
    assertThat(shuffled.share(2)).isEqualTo(0.75);
  }

  @Test
  void shouldTellPlacementsWithOtherSharesApart() {
    // Given
    LayerPlacement even =
        new LayerPlacement(new int[] {0, 1}, new int[] {0, 0}, new double[] {0.5, 0.5});

    // When
    LayerPlacement uneven =
        new LayerPlacement(new int[] {0, 1}, new int[] {0, 0}, new double[] {0.4, 0.6});

    // Then
    assertThat(uneven).isNotEqualTo(even);
  }

  @Test
  void shouldFindStageOfLayer() {
    // When
    Placement placement = new Placement(List.of(stage(0, 2), stage(2, 5)));

    // Then
    assertThat(placement.layers()).isEqualTo(5);
    assertThat(placement.stageOf(1)).isSameAs(placement.stages().get(0));
    assertThat(placement.stageOf(2)).isSameAs(placement.stages().get(1));
    assertThatThrownBy(() -> placement.stageOf(5))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("layer 5 of 5");
  }

  @Test
  void shouldOrderShards() {
    // Given
    Shard embedding = Shard.ofEmbedding(Precision.BF16);
    Shard head = Shard.ofHead(Precision.BF16);
    Shard layer = Shard.ofLayer(1, Precision.BF16);
    Shard expert = Shard.ofExpert(1, 3, Precision.FP8);
    Shard later = Shard.ofExpert(1, 10, Precision.FP8);

    // When
    TreeSet<Shard> sorted = new TreeSet<>(List.of(later, expert, layer, head, embedding));

    // Then
    assertThat(sorted).containsExactly(embedding, head, layer, expert, later);
  }
}
