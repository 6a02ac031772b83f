package dev.hejin.agent.reconcile;

import static java.util.Objects.requireNonNull;

import dev.hejin.agent.model.HeldState;
import dev.hejin.agent.model.ServingShape;
import org.jspecify.annotations.Nullable;

/**
 * What a device holds of one deployment, with all that is needed to go on after a restart.
 *
 * @param shape of the last activation; null when nothing was served yet
 */
public record KeptState(HeldState held, @Nullable ServingShape shape) {
  public KeptState {
    requireNonNull(held, "held");
  }
}
