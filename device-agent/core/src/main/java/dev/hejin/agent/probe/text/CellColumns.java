package dev.hejin.agent.probe.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Deals the values of a table cell out to the column names that its header cell holds.
 *
 * <p>Example: under "Fan Temp Perf Pwr:Usage/Cap" stands "N/A 52C P0 628W / 700W", four values for
 * four names, since "628W / 700W" is one. Under "GPU Name Persistence-M" the name may hold blanks:
 * it gets what the others leave. When the numbers do not fit, nobody gets anything.
 */
final class CellColumns {
  private static final String UNIT = "(?:MiB|GiB|KiB|MB|GB|KB|mW|W|MHz|GHz|%|\u2103|\u00B0C|C|x)";
  private static final String VALUE =
      "(?:\\[?N/A\\]?|NA|[+-]?\\d+(?:\\.\\d+)?(?: ?" + UNIT + "(?=[\\s/()]|$))?|-)";
  private static final Pattern TOKEN =
      Pattern.compile(
          "%1$s\\s*/\\s*%1$s(?=\\s|$)|%1$s\\s*\\(\\s*%1$s\\s*\\)|%1$s(?=\\s|$)|\\S+"
              .formatted(VALUE));

  private CellColumns() {}

  private record Token(String text, int start, int end) {}

  static Map<String, String> deal(String header, String cell) {
    List<String> names =
        Stream.of(header.strip().toLowerCase(Locale.ROOT).split("\\s{2,}|\\t"))
            .filter(name -> !name.isEmpty())
            .toList();
    Map<String, String> dealt = new LinkedHashMap<>();
    if (names.size() == 1) {
      dealt.put(names.getFirst(), cell.strip());
      return dealt;
    }
    List<Token> tokens = tokens(cell);
    int nameAt = names.indexOf("name");
    int spare = tokens.size() - names.size();
    for (int i = 0; i < names.size(); i++) {
      String value = "";
      if (spare == 0) {
        value = tokens.get(i).text();
      } else if (spare > 0 && nameAt >= 0) {
        value = around(cell, tokens, i, nameAt, spare);
      } else if (spare > 0) {
        value = lastTakesRest(names, tokens, i);
      }
      dealt.put(names.get(i), value);
    }
    return dealt;
  }

  private static String around(String cell, List<Token> tokens, int i, int nameAt, int spare) {
    if (i < nameAt) {
      return tokens.get(i).text();
    }
    if (i > nameAt) {
      return tokens.get(i + spare).text();
    }
    return cell.substring(tokens.get(i).start(), tokens.get(i + spare).end());
  }

  /** "E. Process" under "Compute M.", "105W 300W" under "Pwr(Usage/Cap)". */
  private static String lastTakesRest(List<String> names, List<Token> tokens, int i) {
    boolean last = i == names.size() - 1;
    if (!last) {
      return tokens.get(i).text();
    }
    boolean pair = names.get(i).contains("/") && tokens.size() == names.size() + 1;
    return String.join(
        pair ? " / " : " ", tokens.subList(i, tokens.size()).stream().map(Token::text).toList());
  }

  private static List<Token> tokens(String cell) {
    List<Token> tokens = new ArrayList<>();
    Matcher match = TOKEN.matcher(cell);
    while (match.find()) {
      tokens.add(new Token(match.group(), match.start(), match.end()));
    }
    return tokens;
  }
}
