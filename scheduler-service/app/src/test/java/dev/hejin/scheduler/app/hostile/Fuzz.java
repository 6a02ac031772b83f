package dev.hejin.scheduler.app.hostile;

import com.google.protobuf.Message;
import dev.hejin.testing.MessageMutator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;

/**
 * Hands hostile input to a consumer of bytes. {@code -Dhejin.fuzz.inputs=N} gives each consumer so
 * many, {@code -Dhejin.fuzz.seed=N} others.
 */
public final class Fuzz {
  private static final int INPUTS = Integer.getInteger("hejin.fuzz.inputs", 5_000);
  private static final long SEED = Long.getLong("hejin.fuzz.seed", 1);

  /** Far more than any input takes; less than what would be called a hang. */
  private static final long MOST_NANOS = 10_000_000_000L;

  private static final int MOST_SHOWN_BYTES = 2_000;

  private Fuzz() {}

  /** Takes bytes; what it throws is judged. */
  @FunctionalInterface
  public interface Target {
    void take(byte[] bytes) throws Exception;
  }

  /**
   * @param valid messages to begin with
   * @param isRefusal whether what was thrown is a proper refusal
   * @return inputs that were not refused
   */
  public static int run(
      List<? extends Message> valid, Predicate<Throwable> isRefusal, Target target) {
    MessageMutator mutator = new MessageMutator(SEED);
    int taken = 0;
    for (int i = 0; i < INPUTS; i++) {
      byte[] bytes = mutator.next(valid.get(i % valid.size()));
      long start = System.nanoTime();
      try {
        target.take(bytes);
        taken++;
      } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError e) {
        if (!isRefusal.test(e)) {
          throw new AssertionError(told(i, bytes), e);
        }
      }
      if (System.nanoTime() - start > MOST_NANOS) {
        throw new AssertionError("took more than 10 s: " + told(i, bytes));
      }
    }
    return taken;
  }

  private static String told(int input, byte[] bytes) {
    String hex = HexFormat.of().formatHex(bytes);
    return "seed %d, input %d: %s"
        .formatted(
            SEED,
            input,
            hex.length() > MOST_SHOWN_BYTES ? hex.substring(0, MOST_SHOWN_BYTES) : hex);
  }
}
