package dev.hejin.agent.probe.text;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Numbers with units, as tools write them. Null for anything that is not surely the quantity:
 * "N/A", a foreign unit, a decimal comma.
 */
public final class Quantity {
  private static final Pattern NUMBER =
      Pattern.compile("([+-]?\\d{1,18}(?:\\.\\d{1,9})?)\\s*(\\S*(?:\\s\\S+)?)");
  private static final Pattern DEGREES = Pattern.compile("(?:[^0-9A-Za-z.,/]*[cC]|\u2103)?");
  private static final Pattern PAIR = Pattern.compile("(.+?)\\s*/\\s*([^/]+)|(.+?)\\s*\\((.+)\\)");
  private static final Pattern GENERATION = Pattern.compile("(?i)(?:gen\\s*)?(\\d+)(?:\\.0)?");
  private static final Pattern LANES = Pattern.compile("(?i)x?\\s*(\\d+)\\s*x?");
  private static final Map<String, Double> BYTES =
      Map.of(
          "b", 1.0, "bytes", 1.0, "kb", 0x1p10, "kib", 0x1p10, "mb", 0x1p20, "mib", 0x1p20, "gb",
          0x1p30, "gib", 0x1p30);

  private Quantity() {}

  private record Parsed(double value, String unit) {}

  private static @Nullable Parsed parse(@Nullable String text) {
    Matcher match = NUMBER.matcher(text == null ? "" : text.strip());
    return match.matches()
        ? new Parsed(Double.parseDouble(match.group(1)), match.group(2).toLowerCase(Locale.ROOT))
        : null;
  }

  private static @Nullable Double inUnit(@Nullable String text, String... units) {
    Parsed parsed = parse(text);
    return parsed != null && List.of(units).contains(parsed.unit) ? parsed.value : null;
  }

  /** A number without unit. */
  public static @Nullable Double count(@Nullable String text) {
    return inUnit(text, "");
  }

  public static @Nullable Double percent(@Nullable String text) {
    return inUnit(text, "", "%");
  }

  /** Degrees Celsius, whatever became of the degree sign on its way. */
  public static @Nullable Double celsius(@Nullable String text) {
    Parsed parsed = parse(text);
    return parsed != null && DEGREES.matcher(parsed.unit).matches() ? parsed.value : null;
  }

  public static @Nullable Double watts(@Nullable String text) {
    Double milli = inUnit(text, "mw");
    return milli != null ? Double.valueOf(milli / 1000) : inUnit(text, "", "w");
  }

  public static @Nullable Double megahertz(@Nullable String text) {
    Double giga = inUnit(text, "ghz");
    return giga != null ? Double.valueOf(giga * 1000) : inUnit(text, "", "mhz");
  }

  /** Bytes; the number must have a unit. Tools mean powers of 1024 by MB and MiB alike. */
  public static @Nullable Double bytes(@Nullable String text) {
    Parsed parsed = parse(text);
    Double factor = parsed == null ? null : BYTES.get(parsed.unit);
    return parsed == null || factor == null ? null : Double.valueOf(parsed.value * factor);
  }

  /** Bytes of a number without unit, counted in mebibytes, or of one with its own unit. */
  public static @Nullable Double mebibytes(@Nullable String text) {
    Double bare = count(text);
    return bare != null ? Double.valueOf(bare * 0x1p20) : bytes(text);
  }

  /** Bytes a second of "26.562 GB/s" in decimal or "0 MiB/s" in binary units. */
  public static @Nullable Double bytesPerSecond(@Nullable String text) {
    Parsed parsed = parse(text);
    if (parsed == null) {
      return null;
    }
    return switch (parsed.unit) {
      case "kb/s" -> parsed.value * 1e3;
      case "mb/s" -> parsed.value * 1e6;
      case "gb/s" -> parsed.value * 1e9;
      case "kib/s" -> parsed.value * 0x1p10;
      case "mib/s" -> parsed.value * 0x1p20;
      case "gib/s" -> parsed.value * 0x1p30;
      default -> null;
    };
  }

  /** PCIe generation of "4", "4.0" or "Gen4". */
  public static @Nullable Double generation(@Nullable String text) {
    Matcher match = GENERATION.matcher(text == null ? "" : text.strip());
    return match.matches() ? count(match.group(1)) : null;
  }

  /** PCIe lanes of "16", "16x" or "X16". */
  public static @Nullable Double lanes(@Nullable String text) {
    Matcher match = LANES.matcher(text == null ? "" : text.strip());
    return match.matches() ? count(match.group(1)) : null;
  }

  /**
   * The two sides of "54W / 350W", "826/65536 MiB" or "2MiB(16384MiB)"; a left side without unit
   * has that of the right side. Two empty texts when it is no pair.
   */
  public static List<String> pair(@Nullable String text) {
    Matcher match = PAIR.matcher(text == null ? "" : text.strip().replaceAll("N/A|n/a", "NA"));
    if (!match.matches()) {
      return List.of("", "");
    }
    String left = (match.group(1) == null ? match.group(3) : match.group(1)).strip();
    String right = (match.group(2) == null ? match.group(4) : match.group(2)).strip();
    Parsed known = parse(right);
    if (count(left) != null && known != null) {
      left = left + " " + known.unit;
    }
    return List.of(left, right);
  }
}
