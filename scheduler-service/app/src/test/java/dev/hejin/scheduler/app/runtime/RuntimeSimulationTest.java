package dev.hejin.scheduler.app.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The control plane under faults; {@code -Dhejin.seed=N} runs one seed and shows its log, {@code
 * -Dhejin.seeds=N} more than the usual.
 */
class RuntimeSimulationTest {
  private static final int SEEDS = 100;

  private final Logger logger = Logger.getLogger("dev.hejin.scheduler.app");
  private final Level level = logger.getLevel();
  private final Errors errors = new Errors();

  /** A task of the loop that fails is said in the log and nowhere else. */
  private static final class Errors extends Handler {
    final List<Throwable> seen = new ArrayList<>();

    @Override
    public void publish(LogRecord record) {
      if (record.getLevel().intValue() >= Level.SEVERE.intValue()) {
        seen.add(
            record.getThrown() == null
                ? new AssertionError(record.getMessage())
                : record.getThrown());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void listen() {
    logger.addHandler(errors);
    if (Long.getLong("hejin.seed") == null) {
      logger.setLevel(Level.SEVERE);
    }
  }

  @AfterEach
  void stop() {
    logger.removeHandler(errors);
    logger.setLevel(level);
  }

  @Test
  void shouldKeepItsPromisesWhateverHappens() {
    // Given
    Long only = Long.getLong("hejin.seed");
    long first = only == null ? 1 : only;
    long count = only == null ? Integer.getInteger("hejin.seeds", SEEDS) : 1;
    VirtualTally all = new VirtualTally();

    // When
    for (long seed = first; seed < first + count; seed++) {
      all.add(run(seed));
    }

    // Then
    System.out.println(count + " runs: " + all);
    if (only == null) {
      assertThat(all.leaders).as("leaders change").isGreaterThan((int) count);
      assertThat(all.activations).as("changes are completed").isGreaterThan((int) (3 * count));
      assertThat(all.nodesLost).as("nodes are lost").isPositive();
      assertThat(all.made).as("requests are made").isGreaterThan((int) (5 * count));
    }
  }

  @Test
  void shouldRunTheSameFromTheSameSeed() {
    // When, then
    assertThat(run(3)).hasToString(run(3).toString());
  }

  private VirtualTally run(long seed) {
    try {
      VirtualTally tally = RuntimeSimulation.run(seed);
      if (!errors.seen.isEmpty()) {
        throw new AssertionError("a task of the control loop failed", errors.seen.getFirst());
      }
      return tally;
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("-Dhejin.seed=" + seed + ": " + e.getMessage(), e);
    }
  }
}
