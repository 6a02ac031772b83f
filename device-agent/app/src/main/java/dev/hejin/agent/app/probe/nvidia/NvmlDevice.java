package dev.hejin.agent.app.probe.nvidia;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One device handle: reads single values. What the card or driver does not know comes as null; a
 * card that is lost is remembered in {@link #worst()}.
 */
final class NvmlDevice {
  private static final int TEXT_BYTES = 96;

  private final NvmlLibrary library;
  private final MemorySegment handle;
  private int worst = NvmlStatus.SUCCESS;

  NvmlDevice(NvmlLibrary library, MemorySegment handle) {
    this.library = library;
    this.handle = handle;
  }

  /** The worst status met: that of a lost card, or success. */
  int worst() {
    return worst;
  }

  MemorySegment handle() {
    return handle;
  }

  private boolean ok(int status) {
    if (NvmlStatus.isBroken(status)) {
      worst = status;
    }
    return status == NvmlStatus.SUCCESS;
  }

  @Nullable String text(String function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(TEXT_BYTES);
      return ok(library.call(function, handle, out, TEXT_BYTES)) ? out.getString(0) : null;
    }
  }

  /** An unsigned int. */
  @Nullable Double number(String function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_INT);
      return ok(library.call(function, handle, out)) ? unsigned(out.get(JAVA_INT, 0)) : null;
    }
  }

  /** An unsigned int that the function tells for a selector: sensor, clock, counter, link. */
  @Nullable Double number(String function, int selector) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_INT);
      return ok(library.call(function, handle, selector, out))
          ? unsigned(out.get(JAVA_INT, 0))
          : null;
    }
  }

  @Nullable Long whole(String function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_LONG);
      return ok(library.call(function, handle, out)) ? Long.valueOf(out.get(JAVA_LONG, 0)) : null;
    }
  }

  @Nullable Double eccErrors(int type) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_LONG);
      return ok(library.call("nvmlDeviceGetTotalEccErrors", handle, type, 0, out))
          ? Double.valueOf(out.get(JAVA_LONG, 0))
          : null;
    }
  }

  /** Fills a struct; its first word is set to the version before. */
  Optional<MemorySegment> struct(
      SegmentAllocator arena, String function, int bytes, OptionalInt version) {
    MemorySegment out = arena.allocate(bytes, Long.BYTES);
    version.ifPresent(word -> out.set(JAVA_INT, 0, word));
    return ok(library.call(function, handle, out)) ? Optional.of(out) : Optional.empty();
  }

  /** Fills a struct for a selector. */
  Optional<MemorySegment> structOf(
      SegmentAllocator arena, String function, int selector, int bytes) {
    MemorySegment out = arena.allocate(bytes, Long.BYTES);
    return ok(library.call(function, handle, selector, out)) ? Optional.of(out) : Optional.empty();
  }

  /** Two unsigned ints, such as current and pending. */
  Optional<int[]> two(String function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocate(JAVA_INT);
      MemorySegment other = arena.allocate(JAVA_INT);
      return ok(library.call(function, handle, one, other))
          ? Optional.of(new int[] {one.get(JAVA_INT, 0), other.get(JAVA_INT, 0)})
          : Optional.empty();
    }
  }

  /** The slice with this index. */
  Optional<NvmlDevice> slice(int index) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ADDRESS);
      return library.call("nvmlDeviceGetMigDeviceHandleByIndex", handle, index, out)
              == NvmlStatus.SUCCESS
          ? Optional.of(new NvmlDevice(library, out.get(ADDRESS, 0)))
          : Optional.empty();
    }
  }

  /** How two devices reach each other over PCI. */
  @Nullable Double ancestor(NvmlDevice other) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_INT);
      return ok(library.call("nvmlDeviceGetTopologyCommonAncestor", handle, other.handle, out))
          ? unsigned(out.get(JAVA_INT, 0))
          : null;
    }
  }

  private static Double unsigned(int value) {
    return (double) Integer.toUnsignedLong(value);
  }

  /** Buffer of {@code count} records of {@code bytes}, and how many are in it. */
  record Records(MemorySegment buffer, int count) {}

  /** Records of a function that first tells how many there are. */
  Optional<Records> records(SegmentAllocator arena, String function, int bytes) {
    MemorySegment count = arena.allocate(JAVA_INT);
    int status = library.call(function, handle, count, MemorySegment.NULL);
    if (status != NvmlStatus.INSUFFICIENT_SIZE) {
      return ok(status) ? Optional.of(new Records(MemorySegment.NULL, 0)) : Optional.empty();
    }
    // Processes come and go between the two calls.
    int room = count.get(JAVA_INT, 0) + 16;
    count.set(JAVA_INT, 0, room);
    MemorySegment buffer = arena.allocate((long) room * bytes, Long.BYTES);
    return ok(library.call(function, handle, count, buffer))
        ? Optional.of(new Records(buffer, Math.min(room, count.get(JAVA_INT, 0))))
        : Optional.empty();
  }

  /** A field value as an unsigned int; null when the card does not know it. */
  @Nullable Double field(int id) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(40, Long.BYTES);
      value.set(JAVA_INT, 0, id);
      boolean told =
          ok(library.call("nvmlDeviceGetFieldValues", handle, 1, value))
              && value.get(JAVA_INT, 28) == NvmlStatus.SUCCESS;
      return told ? unsigned(value.get(JAVA_INT, 32)) : null;
    }
  }
}
