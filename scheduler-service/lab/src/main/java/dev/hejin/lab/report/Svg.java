package dev.hejin.lab.report;

import static dev.hejin.client.html.HtmlPage.escaped;

import java.util.Locale;

/**
 * A chart of {@link #WIDTH} units, built element by element. Colours are classes, so that the
 * page's style can turn them dark; a screen reader is told title and description.
 */
final class Svg {
  /** What fits a phone at full size; wider screens set charts side by side. */
  static final double WIDTH = 340;

  private final StringBuilder body = new StringBuilder();
  private final String title;
  private final String description;

  Svg(String title, String description) {
    this.title = title;
    this.description = description;
  }

  /** A box; {@code classes} gives its colour. */
  Svg box(String classes, double x, double y, double width, double height) {
    return add(
        "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>",
        classes, n(x), n(y), n(Math.max(0, width)), n(Math.max(0, height)));
  }

  Svg line(String classes, double x1, double y1, double x2, double y2) {
    return add(
        "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>",
        classes, n(x1), n(y1), n(x2), n(y2));
  }

  /** A path in SVG's own words. */
  Svg path(String classes, CharSequence path) {
    return add("<path class=\"%s\" d=\"%s\"/>", classes, path);
  }

  /** Text that begins at x. */
  Svg text(String classes, double x, double y, String text) {
    return add(
        "<text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>", classes, n(x), n(y), escaped(text));
  }

  /** Text that ends at x. */
  Svg textBefore(String classes, double x, double y, String text) {
    return text(classes + " end", x, y, text);
  }

  /** Text of at most so many letters; a cut one ends in two dots. */
  static String cut(String text, int letters) {
    return text.length() <= letters ? text : text.substring(0, letters - 2) + "..";
  }

  private Svg add(String format, Object... values) {
    body.append(format.formatted(values));
    return this;
  }

  /** The chart of this height, with its title above. */
  String close(double height) {
    return "<figure><figcaption>%s</figcaption><svg viewBox=\"0 0 %s %s\" role=\"img\"><title>%s</title><desc>%s</desc>%s</svg></figure>"
        .formatted(escaped(title), n(WIDTH), n(height), escaped(title), escaped(description), body);
  }

  /** A coordinate: a tenth of a unit is finer than any screen. */
  static String n(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
