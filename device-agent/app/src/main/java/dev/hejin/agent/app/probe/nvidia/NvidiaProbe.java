package dev.hejin.agent.app.probe.nvidia;

import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Probe;
import java.util.ArrayList;
import java.util.List;

/** NVIDIA by the best way there is: the library, else the tool. What failed on the way is told. */
public final class NvidiaProbe implements Probe {
  private final List<Probe> ways;

  /**
   * @param ways best first
   */
  public NvidiaProbe(List<Probe> ways) {
    this.ways = List.copyOf(ways);
  }

  @Override
  public String vendor() {
    return SmiProbe.VENDOR;
  }

  @Override
  public Inventory discover() {
    return first(ways.stream().map(way -> (Way) way::discover).toList());
  }

  @Override
  public Inventory sample() {
    return first(ways.stream().map(way -> (Way) way::sample).toList());
  }

  private interface Way {
    Inventory ask();
  }

  private Inventory first(List<Way> asked) {
    List<String> problems = new ArrayList<>();
    for (Way way : asked) {
      Inventory found = way.ask();
      problems.addAll(found.problems());
      if (!found.devices().isEmpty()) {
        return new Inventory(vendor(), found.source(), found.devices(), found.links(), problems);
      }
    }
    return new Inventory(vendor(), "", List.of(), List.of(), problems);
  }
}
