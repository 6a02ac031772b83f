package dev.hejin.agent.model;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A link of a device.
 *
 * @param bandwidthBytesPerSecond in one direction, sum over ports; null when unknown
 * @param peerDeviceIds devices at the other end; empty: all devices of the node
 * @param name the vendor's name of the link; may be empty
 */
public record Link(
    LinkKind kind,
    @Nullable Figure bandwidthBytesPerSecond,
    List<String> peerDeviceIds,
    String name) {
  public Link {
    requireNonNull(kind, "kind");
    requireNonNull(name, "name");
    peerDeviceIds = List.copyOf(peerDeviceIds);
  }
}
