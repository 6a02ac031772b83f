package dev.hejin.lab.experiment;

import java.util.concurrent.atomic.AtomicBoolean;

/** Lets another thread end a run early; what is finished by then is kept. */
public final class Interruption {
  private final AtomicBoolean wanted = new AtomicBoolean();

  /** Ends the run as soon as may be. */
  public void request() {
    wanted.set(true);
  }

  /** Whether the run is to end. */
  public boolean isRequested() {
    return wanted.get();
  }
}
