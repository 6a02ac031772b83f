package dev.hejin.catalog.pool;

import dev.hejin.catalog.chip.ChipOverrides;
import dev.hejin.catalog.chip.Figure;
import dev.hejin.catalog.chip.Precision;
import dev.hejin.catalog.chip.Unit;
import dev.hejin.catalog.file.Fields;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Reads the figures that the operator puts in place of those of the catalogue. */
final class OverridesReader {

  private static final double GIB = 1L << 30;
  private static final double GIGA = 1e9;
  private static final double TERA = 1e12;

  private final String source;

  OverridesReader(String source) {
    this.source = source;
  }

  ChipOverrides read(Fields fields) {
    List<Precision> supported =
        fields.texts("supportedPrecisions").stream().map(Precision::valueOf).toList();
    return new ChipOverrides(
        figure(fields, "memoryGib", GIB, Unit.BYTES),
        figure(fields, "memoryBandwidthGBs", GIGA, Unit.BYTES_PER_SECOND),
        figure(fields, "linkGBs", GIGA, Unit.BYTES_PER_SECOND),
        figure(fields, "tdpWatts", 1, Unit.WATTS),
        figure(fields, "pricePerHourUsd", 1, Unit.USD_PER_HOUR),
        peaks(fields.group("peakTflops"), supported),
        supported,
        fields.text("collectiveLibrary"));
  }

  private Map<Precision, Figure> peaks(Fields rates, List<Precision> supported) {
    Map<Precision, Figure> peaks = new EnumMap<>(Precision.class);
    for (String name : rates.names()) {
      Precision precision = Precision.valueOf(name);
      if (!supported.isEmpty() && !supported.contains(precision)) {
        throw rates.invalid(
            name,
            "there is a rate for a precision that supportedPrecisions leaves out",
            "add " + name + " to supportedPrecisions");
      }
      peaks.put(precision, figure(rates, name, TERA, Unit.OPERATIONS_PER_SECOND));
    }
    return peaks;
  }

  private Figure figure(Fields fields, String name, double scale, Unit unit) {
    return fields.has(name)
        ? Figure.ofOperator(fields.number(name, 0) * scale, unit, source)
        : Figure.UNKNOWN;
  }
}
