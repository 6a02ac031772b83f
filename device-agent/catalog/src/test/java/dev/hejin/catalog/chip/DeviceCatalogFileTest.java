package dev.hejin.catalog.chip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.catalog.chip.PrecisionFacts.Support;
import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.file.InvalidFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceCatalogFileTest {

  private static final String CATALOG =
      """
      vendors:
        - { name: Acme, words: [acme] }
      chips:
        - vendor: Acme
          model: X1
          aliases: []
          formFactor: PCIe
          devicesPerCard: 1
          confidence: B
          source: data sheet
          memoryType: HBM3
          memoryGib: 64
          memoryBandwidthGBs: unknown
          tdpWatts: unknown
          pricePerHourUsd: { value: 2, source: a shop, provenance: assumed }
          collectiveLibrary: ACCL
          link: { kind: wire, GBs: 100, direction: unstated }
          precisions: { FP8: supported, FP16: unsupported, BF16: 100 }
      """;

  @Test
  void shouldReadACatalogOfOnesOwn(@TempDir Path folder) throws IOException {
    // Given
    Path file = Files.writeString(folder.resolve("mine.yaml"), CATALOG);

    // When
    DeviceCatalog both = DeviceCatalog.shipped().plus(DeviceCatalog.read(file));

    // Then
    ChipFacts chip = both.require("acme", "Acme X1");
    assertThat(chip.supports(Precision.FP8)).isEqualTo(Support.YES);
    assertThat(chip.peakOperationsPerSecond(Precision.FP8).isKnown()).isFalse();
    assertThat(chip.supports(Precision.FP16)).isEqualTo(Support.NO);
    assertThat(chip.supports(Precision.INT8)).isEqualTo(Support.UNKNOWN);
    assertThat(chip.link().bytesPerSecond().value()).isEqualTo(50e9);
    assertThat(chip.pricePerHourUsd().provenance()).isEqualTo(Provenance.ASSUMED);
    assertThat(both.chips()).hasSize(DeviceCatalog.shipped().chips().size() + 1);
  }

  @Test
  void shouldLetALaterCatalogReplaceAChip() {
    // Given
    DeviceCatalog first = read(CATALOG);
    DeviceCatalog second = read(CATALOG.replace("memoryGib: 64", "memoryGib: 80"));

    // When
    DeviceCatalog both = first.plus(second);

    // Then
    assertThat(both.chips()).hasSize(1);
    assertThat(both.require("Acme", "X1").memoryBytes().value()).isEqualTo(80.0 * (1L << 30));
  }

  @Test
  void shouldRefuseAFigureThatIsNoFigure() {
    refuses("tdpWatts: unknown", "tdpWatts: supported", "$.chips[0].tdpWatts");
    refuses("memoryGib: 64", "memoryGib: 0", "$.chips[0].memoryGib");
    refuses("value: 2", "value: -2", "$.chips[0].pricePerHourUsd.value");
    refuses("vendor: Acme", "vendor: Acne", "$.chips[0].vendor");
    refuses("BF16: 100", "BF17: 100", "$.chips[0].precisions.BF17");
  }

  private static void refuses(String good, String bad, String field) {
    assertThat(CATALOG).contains(good);
    assertThatThrownBy(() -> read(CATALOG.replace(good, bad)))
        .isInstanceOfSatisfying(
            InvalidFileException.class, e -> assertThat(e.field()).isEqualTo(field));
  }

  private static DeviceCatalog read(String text) {
    return DeviceCatalogReader.read(InputFile.of("mine", text));
  }
}
