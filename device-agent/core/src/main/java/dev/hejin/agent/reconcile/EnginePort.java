package dev.hejin.agent.reconcile;

import dev.hejin.agent.model.Directive;
import java.util.List;
import java.util.Optional;

/** The way from a device's books to the engine that serves on it. Nothing here blocks for long. */
public interface EnginePort {
  /**
   * Begins to bring an order to the engine; one at a time a device. The engine may have done the
   * same before: then it succeeds again.
   *
   * @param order with the shards that are really to be loaded or released
   * @param before what the device holds now
   * @param after what it holds when the order is done
   */
  Action begin(Directive order, List<KeptState> before, List<KeptState> after);

  /**
   * Writes down what the device surely holds, so that a restarted agent finds it: it is on the disk
   * when this returns. Answers why that failed.
   */
  Optional<String> keep(List<KeptState> held);

  /** An order under way. */
  interface Action {
    /** Empty while it goes on. */
    Optional<Outcome> outcome();

    /** Ends it as well as can be. */
    void stop();
  }

  /**
   * How an order ended.
   *
   * @param failure empty: it is done
   * @param unsure true when it failed and nobody knows how far it came
   */
  record Outcome(String failure, boolean unsure) {
    public static final Outcome DONE = new Outcome("", false);
  }
}
