package dev.hejin.agent.probe;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A process that uses a device.
 *
 * @param name empty when unknown
 * @param memoryBytes null when unknown
 */
public record ProcessUse(long pid, String name, @Nullable Double memoryBytes) {
  public ProcessUse {
    requireNonNull(name, "name");
  }
}
