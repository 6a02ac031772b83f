package dev.hejin.lab.scenario;

import java.util.List;

/**
 * What breaks.
 *
 * @param rate faults of the fleet model come this many times as often as published; 0: none
 * @param events faults that come for sure
 */
public record Faults(double rate, List<Planned> events) {

  /**
   * One fault.
   *
   * @param nodes names of the nodes that it takes
   * @param device index in its node; -1: all of them
   * @param speed factor of speed meanwhile; 0: lost
   * @param linkSpeed factor of network bandwidth meanwhile
   * @param untilSeconds when all is as before; infinite: never
   */
  public record Planned(
      double atSeconds,
      double untilSeconds,
      List<String> nodes,
      int device,
      double speed,
      double linkSpeed) {
    /** Copies. */
    public Planned {
      nodes = List.copyOf(nodes);
    }
  }

  /** Copies. */
  public Faults {
    events = List.copyOf(events);
  }
}
