package dev.hejin.agent.app.measure.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.hejin.agent.app.measure.MeasurementFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One device with its primary context, memory and a clock of its own: events on its stream. */
final class CudaDevice {
  private static final int ROUNDS = 3;

  private final NativeLibrary driver;
  private final Arena arena;
  private final int ordinal;
  private final MemorySegment context;
  private final List<Long> buffers = new ArrayList<>();

  /** Work that is put on the default stream. */
  interface Work {
    void enqueue() throws MeasurementFailure;
  }

  private CudaDevice(NativeLibrary driver, Arena arena, int ordinal) throws MeasurementFailure {
    this.driver = driver;
    this.arena = arena;
    this.ordinal = ordinal;
    MemorySegment out = arena.allocate(ADDRESS);
    driver.call("cuDevicePrimaryCtxRetain", out, ordinal);
    this.context = out.get(ADDRESS, 0);
    use();
  }

  /** The device with this UUID, as NVML writes it. */
  static Optional<CudaDevice> find(NativeLibrary driver, Arena arena, String uuid)
      throws MeasurementFailure {
    for (int ordinal = 0; ordinal < count(driver, arena); ordinal++) {
      MemorySegment bytes = arena.allocate(16);
      driver.call("cuDeviceGetUuid_v2", bytes, device(driver, arena, ordinal));
      if (uuidOf(bytes).equalsIgnoreCase(uuid)) {
        return Optional.of(new CudaDevice(driver, arena, device(driver, arena, ordinal)));
      }
    }
    return Optional.empty();
  }

  /** Any other device of the machine. */
  Optional<CudaDevice> peer() throws MeasurementFailure {
    for (int other = 0; other < count(driver, arena); other++) {
      int device = device(driver, arena, other);
      if (device != ordinal) {
        return Optional.of(new CudaDevice(driver, arena, device));
      }
    }
    return Optional.empty();
  }

  private static int count(NativeLibrary driver, Arena arena) throws MeasurementFailure {
    MemorySegment out = arena.allocate(JAVA_INT);
    driver.call("cuDeviceGetCount", out);
    return out.get(JAVA_INT, 0);
  }

  private static int device(NativeLibrary driver, Arena arena, int ordinal)
      throws MeasurementFailure {
    MemorySegment out = arena.allocate(JAVA_INT);
    driver.call("cuDeviceGet", out, ordinal);
    return out.get(JAVA_INT, 0);
  }

  private static String uuidOf(MemorySegment bytes) {
    StringBuilder text = new StringBuilder("GPU");
    for (int i = 0; i < 16; i++) {
      text.append(i == 0 || i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "");
      text.append("%02x".formatted(bytes.get(JAVA_BYTE, i) & 0xff));
    }
    return text.toString();
  }

  MemorySegment context() {
    return context;
  }

  void use() throws MeasurementFailure {
    driver.call("cuCtxSetCurrent", context);
  }

  long freeBytes() throws MeasurementFailure {
    MemorySegment free = arena.allocate(JAVA_LONG);
    driver.call("cuMemGetInfo_v2", free, arena.allocate(JAVA_LONG));
    return free.get(JAVA_LONG, 0);
  }

  /** Memory of the device, filled with zeros; kept until {@link #free}. */
  long allocate(long bytes) throws MeasurementFailure {
    MemorySegment out = arena.allocate(JAVA_LONG);
    driver.call("cuMemAlloc_v2", out, bytes);
    long at = out.get(JAVA_LONG, 0);
    buffers.add(at);
    driver.call("cuMemsetD8_v2", at, 0, bytes);
    return at;
  }

  /** Gives all memory back. */
  void free() throws MeasurementFailure {
    use();
    for (long buffer : buffers) {
      driver.call("cuMemFree_v2", buffer);
    }
    buffers.clear();
  }

  void release() throws MeasurementFailure {
    free();
    driver.call("cuDevicePrimaryCtxRelease_v2", ordinal);
  }

  /** Seconds of one piece of work: the best of three rounds of many, by the device's own events. */
  double seconds(int repeats, Work work) throws MeasurementFailure {
    MemorySegment begin = event();
    MemorySegment end = event();
    work.enqueue();
    driver.call("cuCtxSynchronize");
    double best = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      driver.call("cuEventRecord", begin, MemorySegment.NULL);
      for (int i = 0; i < repeats; i++) {
        work.enqueue();
      }
      driver.call("cuEventRecord", end, MemorySegment.NULL);
      driver.call("cuEventSynchronize", end);
      MemorySegment millis = arena.allocate(JAVA_FLOAT);
      driver.call("cuEventElapsedTime", millis, begin, end);
      best = Math.min(best, millis.get(JAVA_FLOAT, 0) / 1000.0 / repeats);
    }
    driver.call("cuEventDestroy_v2", begin);
    driver.call("cuEventDestroy_v2", end);
    if (!(best > 0)) {
      throw new MeasurementFailure("the device tells a time of " + best + "\nMaybe a stub driver");
    }
    return best;
  }

  private MemorySegment event() throws MeasurementFailure {
    MemorySegment out = arena.allocate(ADDRESS);
    driver.call("cuEventCreate", out, 0);
    return out.get(ADDRESS, 0);
  }
}
