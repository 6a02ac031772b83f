package dev.hejin.catalog.scenario;

import static java.util.Objects.requireNonNull;

/** One thing that happens. After it the run waits, then checks the limits. */
public sealed interface ScenarioEvent {

  /** Returns the seconds to wait before the check. */
  double settleSeconds();

  /** Returns what must hold then. */
  CheckLimits limits();

  /** Returns the event as the scenario file calls it. */
  String action();

  /** The experts get other loads. */
  record ShiftLoad(ExpertLoadSource load, double settleSeconds, CheckLimits limits)
      implements ScenarioEvent {
    /** Checks that nothing is null. */
    public ShiftLoad {
      requireNonNull(load);
      requireNonNull(limits);
    }

    @Override
    public String action() {
      return "shift-load";
    }
  }

  /** A device runs at another speed and tells nobody. */
  record SlowDevice(String device, double speed, double settleSeconds, CheckLimits limits)
      implements ScenarioEvent {
    /** Checks that nothing is null. */
    public SlowDevice {
      requireNonNull(device);
      requireNonNull(limits);
    }

    @Override
    public String action() {
      return "slow-device";
    }
  }

  /** A node dies without a word. */
  record KillNode(String node, double settleSeconds, CheckLimits limits) implements ScenarioEvent {
    /** Checks that nothing is null. */
    public KillNode {
      requireNonNull(node);
      requireNonNull(limits);
    }

    @Override
    public String action() {
      return "kill-node";
    }
  }

  /** A dead node comes back, empty. */
  record ReturnNode(String node, double settleSeconds, CheckLimits limits)
      implements ScenarioEvent {
    /** Checks that nothing is null. */
    public ReturnNode {
      requireNonNull(node);
      requireNonNull(limits);
    }

    @Override
    public String action() {
      return "return-node";
    }
  }
}
