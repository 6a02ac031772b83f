package dev.hejin.client;

/** Starts a scheduler for one call, where none runs. */
@FunctionalInterface
public interface SchedulerLauncher {

  /** For programs that cannot start one. */
  SchedulerLauncher NONE =
      () -> {
        throw CommandFailure.unreachable(
            "no scheduler at " + SchedulerAddress.DEFAULT + "\nMaybe start one with ./hejin up");
      };

  /**
   * Starts a scheduler that plans for pools that it is given. It has no devices and remembers
   * nothing.
   *
   * @throws CommandFailure when it does not start
   */
  Launched launch();

  /** A scheduler that lives until it is closed. */
  interface Launched extends AutoCloseable {
    SchedulerAddress address();

    @Override
    void close();
  }
}
