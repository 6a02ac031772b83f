package dev.hejin.agent.probe.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class QuantityTest {
  @Test
  void shouldReadNumbersWithTheirUnits() {
    assertThat(Quantity.celsius("34\u2103")).isEqualTo(34);
    assertThat(Quantity.celsius("44.00 \u00B0C")).isEqualTo(44);
    assertThat(Quantity.celsius("44 \uFFFDC")).isEqualTo(44);
    assertThat(Quantity.celsius("35")).isEqualTo(35);
    assertThat(Quantity.watts("6.29 W")).isEqualTo(6.29);
    assertThat(Quantity.watts("212500 mW")).isEqualTo(212.5);
    assertThat(Quantity.bytes("67108864 KB")).isEqualTo(64.0 * (1L << 30));
    assertThat(Quantity.mebibytes("65520")).isEqualTo(65520.0 * (1 << 20));
    assertThat(Quantity.bytesPerSecond("26.562 GB/s")).isEqualTo(26.562e9);
    assertThat(Quantity.generation("Gen5")).isEqualTo(5);
    assertThat(Quantity.lanes("X16")).isEqualTo(16);
    assertThat(Quantity.lanes("4x")).isEqualTo(4);
  }

  @Test
  void shouldNotReadWhatIsSurelyNoFigure() {
    for (String text :
        new String[] {"", "N/A", "-", "ERR!", "[Not Supported]", "1,5", "P0", "NaN"}) {
      assertThat(Quantity.celsius(text)).as(text).isNull();
      assertThat(Quantity.watts(text)).as(text).isNull();
      assertThat(Quantity.bytes(text)).as(text).isNull();
      assertThat(Quantity.percent(text)).as(text).isNull();
      assertThat(Quantity.count(text)).as(text).isNull();
    }
    assertThat(Quantity.celsius("95 F")).isNull();
    assertThat(Quantity.bytes("81559")).isNull();
    assertThat(Quantity.bytes("81559 M")).isNull();
  }

  @Test
  void shouldTakePairsApart() {
    assertThat(Quantity.pair("826/65536 MiB")).isEqualTo(List.of("826 mib", "65536 MiB"));
    assertThat(Quantity.pair("2MiB(16384MiB)")).isEqualTo(List.of("2MiB", "16384MiB"));
    assertThat(Quantity.pair("N/A / 700W")).isEqualTo(List.of("NA", "700W"));
    assertThat(Quantity.pair("N/A")).isEqualTo(List.of("", ""));
  }
}
