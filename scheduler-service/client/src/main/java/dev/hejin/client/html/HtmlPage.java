package dev.hejin.client.html;

/** One page with a heading, built from top to bottom. Text is escaped, markup is not. */
public final class HtmlPage {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--text:#1d2430;--quiet:#5b6573;--line:#d8dde5;--back:#fff;
      --good:#1a7f4b;--bad:#b3261e;--mark:#2f6fde}
      @media (prefers-color-scheme:dark){:root{--text:#e6e9ef;--quiet:#9aa4b2;--line:#353c48;
      --back:#14181f;--good:#5fd08f;--bad:#ff8a80;--mark:#7aa7ff}}
      body{font:15px/1.5 system-ui,sans-serif;color:var(--text);background:var(--back);
      max-width:62rem;margin:2rem auto;padding:0 1rem}
      h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2.2rem}p{color:var(--quiet)}
      table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
      th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:right}
      th:first-child,td:first-child{text-align:left}tr.total td{font-weight:600}
      .good{color:var(--good)}.bad{color:var(--bad)}svg{margin-top:.8rem}
      .scroll{overflow-x:auto}
      """;

  private final StringBuilder html = new StringBuilder();

  /**
   * A page with nothing but its heading.
   *
   * @param title what a browser shows, and what the page begins with
   * @param style further rules of style
   */
  public HtmlPage(String title, String heading, String style) {
    html.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width\">")
        .append("<title>")
        .append(escaped(title))
        .append("</title><style>")
        .append(STYLE)
        .append(style)
        .append("</style></head><body><h1>")
        .append(escaped(heading))
        .append("</h1>");
  }

  /** Adds a heading of the second order. */
  public HtmlPage heading(String text) {
    return markup("<h2>" + escaped(text) + "</h2>");
  }

  /** Adds a paragraph. */
  public HtmlPage paragraph(String text) {
    return markup("<p>" + escaped(text) + "</p>");
  }

  /** Adds markup as it is. */
  public HtmlPage markup(String markup) {
    html.append(markup);
    return this;
  }

  /** The whole page. */
  public String text() {
    return html + "</body></html>\n";
  }

  /** Text that may stand between tags and in quoted attributes. */
  public static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
