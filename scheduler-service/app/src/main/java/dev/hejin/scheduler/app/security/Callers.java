package dev.hejin.scheduler.app.security;

import dev.hejin.scheduler.app.port.Caller;
import io.grpc.Context;

/** The caller of the call that the current thread works for. */
public final class Callers {
  static final Context.Key<Caller> KEY = Context.keyWithDefault("hejin-caller", Caller.NOBODY);

  private Callers() {}

  /** Within a call: who made it. Elsewhere: nobody. */
  public static Caller current() {
    return KEY.get();
  }
}
