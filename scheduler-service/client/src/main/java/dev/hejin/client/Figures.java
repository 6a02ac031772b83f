package dev.hejin.client;

import dev.hejin.proto.capability.v1.Figure;
import dev.hejin.proto.capability.v1.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * Prints figures with a mark for where they come from, and remembers which marks it used. Figures
 * that were measured, or that the driver or the operator states, carry none.
 */
final class Figures {
  private static final String CATALOGUE = "*";
  private static final String ASSUMED = "~";

  private boolean catalogue;
  private boolean assumed;

  String text(Figure figure, DoubleFunction<String> unit) {
    return switch (figure.getProvenance()) {
      case PROVENANCE_UNSPECIFIED, UNRECOGNIZED -> Units.UNKNOWN;
      case PROVENANCE_MEASURED, PROVENANCE_DRIVER, PROVENANCE_OPERATOR ->
          unit.apply(figure.getValue());
      case PROVENANCE_CATALOGUE -> {
        catalogue = true;
        yield unit.apply(figure.getValue()) + CATALOGUE;
      }
      case PROVENANCE_ASSUMED -> {
        assumed = true;
        yield unit.apply(figure.getValue()) + ASSUMED;
      }
    };
  }

  static boolean isKnown(Figure figure) {
    return figure.getProvenance() != Provenance.PROVENANCE_UNSPECIFIED
        && figure.getProvenance() != Provenance.UNRECOGNIZED;
  }

  /** What the marks mean: nothing when none was used. */
  List<String> legend() {
    List<String> marks = new ArrayList<>();
    if (catalogue) {
      marks.add(CATALOGUE + " from the device catalogue");
    }
    if (assumed) {
      marks.add(ASSUMED + " assumed");
    }
    return marks.isEmpty() ? List.of() : List.of(String.join("   ", marks));
  }
}
