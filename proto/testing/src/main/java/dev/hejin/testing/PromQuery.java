package dev.hejin.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a query in PromQL asks for: metrics with their label matchers, and labels it groups by.
 *
 * <p>It knows the part of the language that our dashboards and alerts use, and refuses what it does
 * not know: a misspelt function is an error as a misspelt metric is. Whether a query computes
 * something sensible it does not judge.
 *
 * @param selectors each mention of a metric
 * @param grouping labels of {@code by}, {@code on} and the like, and those of label functions
 */
public record PromQuery(List<Selector> selectors, Set<String> grouping) {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s+|\"[^\"]*\"|\\[[^\\]]*\\]|[a-zA-Z_:][a-zA-Z0-9_:]*"
              + "|[0-9.]+(?:e-?[0-9]+)?[smhdwy]?|=~|!~|!=|==|<=|>=|[-+*/%^<>=(){},]");
  private static final Set<String> FUNCTIONS =
      Set.of(
          "abs",
          "absent",
          "absent_over_time",
          "avg",
          "avg_over_time",
          "bottomk",
          "ceil",
          "changes",
          "clamp_max",
          "clamp_min",
          "count",
          "delta",
          "histogram_quantile",
          "increase",
          "irate",
          "label_values",
          "max",
          "max_over_time",
          "min",
          "min_over_time",
          "rate",
          "resets",
          "round",
          "sum",
          "time",
          "topk",
          "vector");
  private static final Set<String> GROUPINGS =
      Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
  private static final Set<String> WORDS =
      Set.of("and", "or", "unless", "bool", "offset", "inf", "nan");

  public PromQuery {
    selectors = List.copyOf(selectors);
    grouping = Set.copyOf(grouping);
  }

  /**
   * One mention of a metric.
   *
   * @param metric its name
   * @param matchers label to the text that it is compared with, such as {@code =~"a|b"}
   */
  public record Selector(String metric, Map<String, String> matchers) {
    public Selector {
      matchers = Map.copyOf(matchers);
    }
  }

  /**
   * @throws IllegalArgumentException when the text is none of what this class knows
   */
  public static PromQuery parse(String text) {
    return new Parser(text).parse();
  }

  private static final class Parser {
    private final String text;
    private final List<String> tokens = new ArrayList<>();
    private final List<Selector> selectors = new ArrayList<>();
    private final TreeSet<String> grouping = new TreeSet<>();
    private int at;

    Parser(String text) {
      this.text = text;
      Matcher matcher = TOKEN.matcher(text);
      int end = 0;
      while (matcher.lookingAt()) {
        if (!matcher.group().isBlank()) {
          tokens.add(matcher.group());
        }
        end = matcher.end();
        matcher.region(end, text.length());
      }
      if (end < text.length()) {
        throw unknown(text.substring(end));
      }
    }

    PromQuery parse() {
      int open = 0;
      while (at < tokens.size()) {
        String token = next();
        if (token.equals("(")) {
          open++;
        } else if (token.equals(")")) {
          open--;
        } else if (token.equals("{")) {
          throw unknown("a selector without a metric");
        } else if (isName(token)) {
          name(token);
        }
        if (open < 0) {
          throw unknown(")");
        }
      }
      if (open != 0) {
        throw unknown("( that is not closed");
      }
      if (selectors.isEmpty()) {
        throw unknown("no metric");
      }
      return new PromQuery(selectors, grouping);
    }

    private void name(String name) {
      if (GROUPINGS.contains(name)) {
        expect("(");
        while (!peek().equals(")")) {
          grouping.add(next());
          if (peek().equals(",")) {
            at++;
          }
        }
        at++;
      } else if (WORDS.contains(name.toLowerCase(Locale.ROOT))) {
        return;
      } else if (peek().equals("(") || GROUPINGS.contains(peek())) {
        if (!FUNCTIONS.contains(name)) {
          throw unknown(name + "(");
        }
      } else if (at == 3 && text.startsWith("label_values(")) {
        selector(name);
        if (peek().equals(",")) {
          at++;
          grouping.add(next());
        }
      } else {
        selector(name);
      }
    }

    private void selector(String metric) {
      Map<String, String> matchers = new LinkedHashMap<>();
      if (peek().equals("{")) {
        at++;
        while (!peek().equals("}")) {
          String label = next();
          String operator = next();
          String value = next();
          if (!isName(label) || !Set.of("=", "=~", "!=", "!~").contains(operator)) {
            throw unknown(label + operator);
          }
          matchers.put(label, operator + value);
          if (peek().equals(",")) {
            at++;
          }
        }
        at++;
      }
      selectors.add(new Selector(metric, matchers));
    }

    private void expect(String token) {
      if (!peek().equals(token)) {
        throw unknown(peek() + " where " + token + " must stand");
      }
      at++;
    }

    private String next() {
      if (at == tokens.size()) {
        throw unknown("an end in the middle");
      }
      return tokens.get(at++);
    }

    private String peek() {
      return at < tokens.size() ? tokens.get(at) : "";
    }

    private static boolean isName(String token) {
      return Character.isLetter(token.charAt(0)) || token.charAt(0) == '_';
    }

    private IllegalArgumentException unknown(String what) {
      return new IllegalArgumentException("query '" + text + "' has " + what);
    }
  }
}
