package dev.hejin.agent.app.probe;

import dev.hejin.agent.app.probe.ascend.AscendProbe;
import dev.hejin.agent.app.probe.tool.Transcript;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.ToolCommand;
import dev.hejin.agent.probe.ToolOutput;
import dev.hejin.agent.probe.ToolRunner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * What one file of a tool's output tells, without the tool and, mostly, without its command.
 *
 * <p>Method: a text that names its commands answers those. Any other is given to each command that
 * a vendor's probe asks, one after the other; the answer with the most figures is the right one,
 * for a form that does not fit reads nothing. Between vendors whose tools print alike, the words of
 * the text and of the file's path decide.
 */
public final class PlainOutput {
  private static final int MOST_COMMANDS = 200;

  private PlainOutput() {}

  /**
   * What was found.
   *
   * @param command that it was taken for; empty when the text fits none
   */
  public record Reading(String command, Inventory inventory) {}

  /**
   * Reads a text.
   *
   * @param path where it is from; names of vendors and tools in it help
   * @param vendor as the catalogue names it; empty: to be found out
   * @throws IllegalArgumentException when no vendor has that name
   */
  public static List<Reading> read(String text, String path, String vendor) {
    List<VendorForms> vendors = VendorForms.matching(vendor);
    List<Transcript.Part> parts = Transcript.parts(text);
    if (parts.stream().anyMatch(part -> !part.command().isEmpty())) {
      List<Reading> found = transcript(parts, vendors);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of(best(text, path, vendors));
  }

  private static List<Reading> transcript(List<Transcript.Part> parts, List<VendorForms> vendors) {
    List<Reading> found = new ArrayList<>();
    for (VendorForms forms : vendors) {
      ToolRunner runner = answering(parts);
      Inventory inventory = forms.probe(runner).discover();
      if (!inventory.devices().isEmpty()) {
        found.add(new Reading("as the text says", inventory));
      }
    }
    return found;
  }

  private static ToolRunner answering(List<Transcript.Part> parts) {
    return asked ->
        parts.stream()
            .filter(part -> part.answers(asked.line()))
            .findFirst()
            .map(part -> ToolOutput.printed(part.text()))
            .orElseGet(
                () ->
                    parts.stream().anyMatch(part -> part.command().startsWith(tool(asked)))
                        ? silent()
                        : ToolOutput.missing());
  }

  private static Reading best(String text, String path, List<VendorForms> vendors) {
    String words = text.toLowerCase(Locale.ROOT);
    Comparator<Scored> order =
        Comparator.comparing(PlainOutput::certainty)
            .thenComparing(each -> each.named)
            .thenComparing(each -> figures(each.reading.inventory))
            .thenComparing(each -> each.reading.inventory.devices().size())
            .thenComparing(each -> each.reading.inventory.links().size())
            .thenComparing(each -> String.join("", each.reading.inventory.problems()).length());
    Scored best = null;
    for (VendorForms forms : vendors) {
      int named = vendors.size() == 1 ? 1 : forms.named(words, path.toLowerCase(Locale.ROOT));
      for (Reading reading : readings(text, forms)) {
        Scored scored = new Scored(named, reading);
        if (best == null || order.compare(scored, best) > 0) {
          best = scored;
        }
      }
    }
    if (best == null) {
      throw new IllegalStateException("no vendor is known\nMaybe the list is empty");
    }
    return best.reading;
  }

  private static int certainty(Scored scored) {
    boolean found = !scored.reading.inventory.devices().isEmpty();
    boolean figures = figures(scored.reading.inventory) > 0;
    if (scored.named > 0) {
      return found ? 4 : 2;
    }
    return figures ? 3 : found ? 1 : 0;
  }

  private record Scored(int named, Reading reading) {}

  private static int figures(Inventory inventory) {
    return inventory.devices().stream().mapToInt(device -> device.figures().size()).sum();
  }

  /** The text as the answer to each command, and in the forms that a probe reads only beside. */
  private static List<Reading> readings(String text, VendorForms forms) {
    List<ToolCommand> commands = new ArrayList<>();
    forms.probe(asking(commands, text, command -> silent())).discover();
    List<Reading> readings = new ArrayList<>();
    for (int i = 0; i < commands.size() && i < MOST_COMMANDS; i++) {
      ToolCommand command = commands.get(i);
      ToolRunner runner =
          asking(
              commands, text, asked -> asked.equals(command) ? ToolOutput.printed(text) : silent());
      readings.add(new Reading(command.line(), forms.probe(runner).discover()));
    }
    readings.addAll(forms.alone(text));
    return readings;
  }

  private static ToolRunner asking(
      List<ToolCommand> commands, String text, Function<ToolCommand, ToolOutput> answer) {
    return asked -> {
      if (!commands.contains(asked)) {
        commands.add(asked);
      }
      if (asked.line().equals(AscendProbe.MAPPING) && !text.contains("|")) {
        String mapping = AscendProbe.mappingOf(text);
        return mapping.isEmpty() ? answer.apply(asked) : ToolOutput.printed(mapping);
      }
      return answer.apply(asked);
    };
  }

  private static String tool(ToolCommand command) {
    return command.words().getFirst();
  }

  private static ToolOutput silent() {
    return ToolOutput.printed("");
  }
}
