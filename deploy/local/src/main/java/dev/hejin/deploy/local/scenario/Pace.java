package dev.hejin.deploy.local.scenario;

/** Time as the runner sees it. */
public interface Pace {
  /** Counts up. */
  long nanos();

  void sleep(long millis) throws InterruptedException;

  /** The computer's own. */
  Pace REAL =
      new Pace() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void sleep(long millis) throws InterruptedException {
          Thread.sleep(millis);
        }
      };
}
