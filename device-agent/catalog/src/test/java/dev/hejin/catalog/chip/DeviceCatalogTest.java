package dev.hejin.catalog.chip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.catalog.chip.PrecisionFacts.Support;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceCatalogTest {

  private static final DeviceCatalog CATALOG = DeviceCatalog.shipped();

  @Test
  void shouldHoldAllChipsWithASourceForEveryKnownFigure() {
    // When
    List<ChipFacts> chips = CATALOG.chips();

    // Then
    assertThat(chips).hasSize(51);
    assertThat(chips).extracting(ChipFacts::vendor).doesNotContain("");
    for (ChipFacts chip : chips) {
      assertThat(figures(chip))
          .filteredOn(Figure::isKnown)
          .allSatisfy(figure -> assertThat(figure.source()).hasSizeGreaterThan(3));
      assertThat(chip.precisions()).containsOnlyKeys(Precision.values());
    }
  }

  private static List<Figure> figures(ChipFacts chip) {
    return List.of(
        chip.memoryBytes(),
        chip.memoryBytesPerSecond(),
        chip.link().bytesPerSecond(),
        chip.tdpWatts(),
        chip.pricePerHourUsd(),
        chip.peakOperationsPerSecond(Precision.BF16),
        chip.peakOperationsPerSecond(Precision.INT8));
  }

  @ParameterizedTest
  @CsvSource({
    "NVIDIA, NVIDIA H20, H20-SXM-96GB",
    "nvidia, H20-SXM-96GB, H20-SXM-96GB",
    "'', h20, H20-SXM-96GB",
    "NVIDIA, NVIDIA H100 80GB HBM3, H100-SXM5-80GB",
    "NVIDIA, NVIDIA H100 PCIe, H100-PCIe-80GB",
    "NVIDIA, NVIDIA H200, H200-SXM-141GB",
    "NVIDIA, NVIDIA L40S, L40S",
    "NVIDIA, NVIDIA GeForce RTX 4090, GeForce RTX 4090",
    "NVIDIA, NVIDIA A100-SXM4-80GB, A100-SXM4-80GB",
    "NVIDIA, NVIDIA A100 80GB PCIe, A100-PCIe-80GB",
    "Huawei, 910B2, Ascend 910B2",
    "ascend, Ascend910B2, Ascend 910B2",
    "'', Ascend 910B2, Ascend 910B2",
    "ascend, Ascend910, Ascend 910C",
    "ascend, 310P3, Ascend 310P3",
    "hygon, K100_AI, DCU K100_AI",
    "Hygon, k100-ai, DCU K100_AI",
    "Hygon, K100, DCU K100",
    "Hygon, DCU K100_AI, DCU K100_AI",
    "mthreads, MTT S4000, MTT S4000",
    "Moore Threads, S4000, MTT S4000",
    "moorethreads, MTT S5000, MTT S5000",
    "metax, MXC500, C500",
    "MetaX, MetaX C500, C500",
    "cambricon, MLU370-X8, MLU370-X8",
    "enflame, Enflame S60, S60",
    "kunlunxin, P800 OAM, P800-OAM",
    "iluvatar, Iluvatar BI-V150, BI-V150",
    "thead, PPU-ZW810E, PPU-ZW810E",
    "AMD, AMD Instinct MI300X OAM, Instinct MI300X"
  })
  void shouldFindChipByReportedName(String vendor, String reported, String model) {
    // When
    ChipFacts chip = CATALOG.require(vendor, reported);

    // Then
    assertThat(chip.model()).isEqualTo(model);
  }

  @Test
  void shouldFindEveryChipByItsOwnModel() {
    for (ChipFacts chip : CATALOG.chips()) {
      assertThat(CATALOG.require(chip.vendor(), chip.model())).isEqualTo(chip);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NVIDIA, NVIDIA A100-SXM4-40GB",
    "NVIDIA, NVIDIA H100 NVL",
    "NVIDIA, NVIDIA H20-NVL16",
    "NVIDIA, NVIDIA GeForce RTX 4090 D",
    "NVIDIA, NVIDIA L40",
    "Huawei, 910A",
    "Huawei, 910B2C",
    "Huawei, H20",
    "enflame, S60G",
    "iluvatar, Iluvatar BI-V150S",
    "AMD, AMD Instinct MI308X OAM",
    "NVIDIA, ''",
    "Nobody, H20"
  })
  void shouldNotMistakeAnotherChipForAKnownOne(String vendor, String reported) {
    // When
    ChipMatch match = CATALOG.match(vendor, reported);

    // Then
    assertThat(match).isInstanceOf(ChipMatch.NotFound.class);
    assertThat(CATALOG.find(vendor, reported)).isEmpty();
  }

  @Test
  void shouldNameCandidatesOfAnAmbiguousName() {
    assertThatThrownBy(() -> CATALOG.require("NVIDIA", "NVIDIA A100"))
        .isInstanceOf(UnknownChipException.class)
        .hasMessageContaining("A100-SXM4-80GB, A100-PCIe-80GB")
        .hasMessageContaining("\nMaybe ");
  }

  @Test
  void shouldNameNearestModelsOfAnUnknownName() {
    assertThatThrownBy(() -> CATALOG.require("Huawei", "Ascend 910B9"))
        .isInstanceOf(UnknownChipException.class)
        .hasMessageContaining("Ascend 910B1");
  }

  @Test
  void shouldGiveFiguresInBaseUnits() {
    // When
    ChipFacts h20 = CATALOG.require("NVIDIA", "H20");

    // Then
    assertThat(h20.memoryBytes().value()).isEqualTo(96.0 * (1L << 30));
    assertThat(h20.memoryBytesPerSecond().value()).isEqualTo(4000e9);
    assertThat(h20.peakOperationsPerSecond(Precision.FP8).value()).isEqualTo(296e12);
    assertThat(h20.peakOperationsPerSecond(Precision.FP8).unit())
        .isEqualTo(Unit.OPERATIONS_PER_SECOND);
    assertThat(h20.link().bytesPerSecond().value()).isEqualTo(450e9);
    assertThat(h20.pricePerHourUsd().value()).isEqualTo(1.0);
    assertThat(h20.tdpWatts().confidence()).isEqualTo(Confidence.C);
    assertThat(h20.collectiveLibrary()).isEqualTo("NCCL");
  }

  @Test
  void shouldKeepUnknownUnknownAndMeasuredMeasured() {
    // When
    ChipFacts ascend = CATALOG.require("Huawei", "910B2");
    ChipFacts hygon = CATALOG.require("Hygon", "K100_AI");

    // Then
    assertThat(ascend.peakOperationsPerSecond(Precision.INT8).value()).isEqualTo(608.6e12);
    assertThat(ascend.peakOperationsPerSecond(Precision.INT8).provenance())
        .isEqualTo(Provenance.MEASURED);
    assertThat(ascend.supports(Precision.FP8)).isEqualTo(Support.NO);
    assertThat(ascend.pricePerHourUsd()).isEqualTo(Figure.UNKNOWN);
    assertThat(hygon.supports(Precision.INT8)).isEqualTo(Support.UNKNOWN);
    assertThat(hygon.peakOperationsPerSecond(Precision.INT8)).isEqualTo(Figure.UNKNOWN);
    assertThat(hygon.link().bytesPerSecond().isKnown()).isFalse();
  }

  @Test
  void shouldHalveTotalsOfBothDirections() {
    // When
    Link link = CATALOG.require("mthreads", "S4000").link();

    // Then
    assertThat(link.bytesPerSecond().value()).isEqualTo(120e9);
    assertThat(link.directionNote()).isEqualTo("stated total");
    assertThat(link.bytesPerSecond().source()).contains("half");
  }

  @Test
  void shouldTellLibrariesOfTheSameNameApart() {
    // When
    ChipFacts metax = CATALOG.require("MetaX", "C500");
    ChipFacts mthreads = CATALOG.require("mthreads", "S4000");

    // Then
    assertThat(metax.collectiveLibrary()).isEqualTo(mthreads.collectiveLibrary());
    assertThat(metax.collectiveDomain()).isNotEqualTo(mthreads.collectiveDomain());
  }

  @Test
  void shouldShareACardBetweenItsDevices() {
    // When
    ChipFacts die = CATALOG.require("Huawei", "910C");

    // Then
    assertThat(die.devicesPerCard()).isEqualTo(2);
    assertThat(die.memoryBytes().value()).isEqualTo(64.0 * (1L << 30));
    assertThat(die.link().bytesPerSecond().value()).isCloseTo(196e9, within(1.0));
    assertThat(die.memoryBytes().source()).contains("1/2 of the card");
  }
}
