package dev.hejin.lab.report;

/** Style of the lab's pages beyond that of every page: charts side by side, and their colours. */
final class PageStyle {
  static final String TEXT =
      """
      :root{--c0:#2f6fde;--c1:#c2600a;--c2:#1a7f4b;--c3:#8a3fc7;--c4:#b3261e;--c5:#0e7c86;
      --c6:#7a6a00;--c7:#5b6573;--track:#eef1f5;
      --h0:#2c5fa8;--h1:#5c8bc9;--h2:#93b5df;--h3:#c8d9ee;--h4:#eceff3;--h5:#f6d3b8;--h6:#eba878;
      --h7:#d9743f;--h8:#b03a12}
      @media (prefers-color-scheme:dark){:root{--c0:#7aa7ff;--c1:#f2a65a;--c2:#5fd08f;--c3:#c79bf2;
      --c4:#ff8a80;--c5:#5cc8d2;--c6:#d9c94e;--c7:#aab4c2;--track:#232936;
      --h0:#7db4ff;--h1:#4f86cc;--h2:#37639b;--h3:#2b4468;--h4:#2a303b;--h5:#5a3a26;--h6:#8f5229;
      --h7:#cc7434;--h8:#ffa25e}}
      body{max-width:72rem}table{font-size:.9rem}.note{border-left:3px solid var(--bad);
      padding-left:.7rem;color:var(--text)}h3{font-size:1rem;margin:1.4rem 0 .2rem}
      .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr));
      gap:1.4rem 1.8rem;margin-top:.8rem}figure{margin:0;min-width:0}
      figcaption{font-weight:600;font-size:.92rem}
      figure svg{display:block;width:100%;max-width:30rem;height:auto;margin-top:.3rem}
      text{font:12px system-ui,sans-serif;fill:var(--text)}text.q{font-size:11px;fill:var(--quiet)}
      text.end{text-anchor:end}text.mid{text-anchor:middle}text.fail{fill:var(--bad)}
      text.on{fill:var(--back);font-size:10px}
      .l{fill:none;stroke-width:1.6}.w{stroke:var(--text);stroke-width:1.2}
      .a{stroke:var(--quiet)}.g{stroke:var(--line)}
      .e{stroke:var(--quiet);stroke-dasharray:2 3}.e.fault{stroke:var(--bad)}
      .track{fill:var(--track)}.pc{fill:var(--c0)}.pt{fill:var(--c1)}.pw{fill:var(--line)}
      .p0{fill:var(--c2)}.p1{fill:var(--c3)}.p2{fill:var(--c5)}.p3{fill:var(--c6)}
      .key{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;padding:0;font-size:.9rem}
      .key i{display:inline-block;width:.8rem;height:.8rem;margin-right:.35rem;border-radius:2px}
      td.words,th.words{text-align:left}td.words{min-width:11rem}
      .scroll td:nth-child(2){white-space:nowrap}
      @media(max-width:40rem){.glance tr:first-child{display:none}.glance tr{display:block;
      padding:.5rem 0;border-bottom:1px solid var(--line)}.glance td{display:block;border:0;
      text-align:left;padding:.05rem 0}.glance td:first-child{font-weight:600}
      .glance td.none{display:none}.glance td[data-label]::before{content:attr(data-label);
      color:var(--quiet)}}
      details{margin:.7rem 0}summary{cursor:pointer;color:var(--mark)}
      pre{overflow-x:auto;font-size:.82rem;border:1px solid var(--line);padding:.7rem}
      dl{display:grid;grid-template-columns:auto 1fr;gap:.15rem 1rem;font-size:.9rem}
      dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere}
      """
          + colours();

  private PageStyle() {}

  private static String colours() {
    StringBuilder rules = new StringBuilder();
    for (int i = 0; i < BarChart.COLOURS; i++) {
      rules.append(
          ".c%d{fill:var(--c%d)}.s%d{stroke:var(--c%d)}.key .k%d{background:var(--c%d)}"
              .formatted(i, i, i, i, i, i));
    }
    for (int i = 0; i <= HeatChart.CLASSES; i++) {
      rules.append(".h%d{fill:var(--h%d)}".formatted(i, i));
    }
    return rules.toString();
  }
}
