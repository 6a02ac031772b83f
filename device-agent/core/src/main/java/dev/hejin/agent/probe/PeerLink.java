package dev.hejin.agent.probe;

import static java.util.Objects.requireNonNull;

import dev.hejin.agent.model.LinkKind;
import org.jspecify.annotations.Nullable;

/**
 * How one device reaches another one of its node.
 *
 * @param from key of a device
 * @param to key of another one
 * @param name the tool's word for it, such as NV18, HCCS, PIX or SYS
 * @param bytesPerSecond one direction; null when unknown
 */
public record PeerLink(
    String from, String to, LinkKind kind, String name, @Nullable Double bytesPerSecond) {
  public PeerLink {
    requireNonNull(from, "from");
    requireNonNull(to, "to");
    requireNonNull(kind, "kind");
    requireNonNull(name, "name");
  }
}
