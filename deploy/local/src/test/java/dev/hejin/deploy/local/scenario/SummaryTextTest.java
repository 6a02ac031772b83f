package dev.hejin.deploy.local.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import dev.hejin.client.Table;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTextTest {
  private final Reports report = new Reports();

  @Test
  void shouldLabelFiguresAsSimulatedAndFitTheScreen() {
    List<String> lines = SummaryText.lines(summary());

    assertThat(lines.getFirst()).contains("simulated");
    assertThat(lines).allMatch(line -> line.length() <= Table.WIDTH);
    assertThat(String.join("\n", lines))
        .contains("load shifts", "5.00 GiB", "95.0 %", "PASS: all", "seed 7");
  }

  @Test
  void shouldSayWhichChecksFailed() {
    report.unserved = 3;

    List<String> lines = SummaryText.lines(summary());

    assertThat(lines)
        .contains("FAIL  planned changes leave nothing unserved: load shifts: 3 unserved");
    assertThat(lines.getLast()).startsWith("FAIL: 1 of");
  }

  @Test
  void shouldPrintOneJsonDocument() throws Exception {
    report.activeSeconds = Double.NaN;
    Struct.Builder document = Struct.newBuilder();

    JsonFormat.parser().merge(SummaryText.json(summary()), document);

    assertThat(document.getFieldsOrThrow("simulated").getBoolValue()).isTrue();
    assertThat(document.getFieldsOrThrow("passed").getBoolValue()).isTrue();
    Struct event = document.getFieldsOrThrow("events").getListValue().getValues(0).getStructValue();
    assertThat(event.getFieldsOrThrow("shareOfFreshPlan").getNumberValue()).isEqualTo(0.95);
    assertThat(event.getFieldsOrThrow("activeSeconds").hasNullValue()).isTrue();
  }

  private Summary summary() {
    List<EventReport> reports = List.of(report.build("load shifts"));
    return new Summary(
        "default",
        "default",
        "deepseek-v3",
        7,
        20,
        125,
        reports,
        Verdict.of(reports, 0, 0, List.of()));
  }
}
