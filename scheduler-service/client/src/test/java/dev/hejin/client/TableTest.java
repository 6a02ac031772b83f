package dev.hejin.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void shouldAlignColumns() {
    Table table = new Table("NAME", ">SIZE").row("a", "1").row("long name", "1000");

    assertThat(table.lines())
        .containsExactly("NAME       SIZE", "a             1", "long name  1000");
  }

  @Test
  void shouldCutWidestTextColumnOnly() {
    Table table = new Table("NAME", "REASON", ">SIZE").row("node-1", "x".repeat(60), "123,456,789");

    assertThat(table.lines(40)).allMatch(line -> line.length() <= 40);
    assertThat(table.lines(40).getLast()).startsWith("node-1  xxx").endsWith("..  123,456,789");
  }

  @Test
  void shouldKeepRowsOnOneLine() {
    assertThat(new Table("A").row("one\ntwo").lines()).containsExactly("A", "one two");
  }

  @Test
  void shouldRefuseRowOfOtherWidth() {
    assertThatThrownBy(() -> new Table("A", "B").row("1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 cells");
  }
}
