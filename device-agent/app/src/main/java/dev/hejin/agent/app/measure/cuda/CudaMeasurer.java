package dev.hejin.agent.app.measure.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.hejin.agent.app.measure.Measurement;
import dev.hejin.agent.app.measure.MeasurementFailure;
import dev.hejin.agent.app.measure.Measurer;
import dev.hejin.agent.model.Precision;
import dev.hejin.agent.probe.DeviceReading;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Measures NVIDIA devices: products through cuBLAS, copies inside the device (each byte is read and
 * written, so it counts twice), from and to pinned memory of the host, and to another device. Times
 * are the device's own. A format that the device or library does not know is left out.
 */
public final class CudaMeasurer implements Measurer {
  private static final Logger LOG = Logger.getLogger(CudaMeasurer.class);
  private static final long ROOMY_BYTES = 8L << 30;
  private static final int REPEATS = 10;

  private final List<String> drivers;
  private final List<String> blasLibraries;
  private final List<String> lightLibraries;

  CudaMeasurer(List<String> drivers, List<String> blasLibraries, List<String> lightLibraries) {
    this.drivers = List.copyOf(drivers);
    this.blasLibraries = List.copyOf(blasLibraries);
    this.lightLibraries = List.copyOf(lightLibraries);
  }

  /** With the libraries of this machine. */
  public static CudaMeasurer ofThisMachine() {
    return new CudaMeasurer(
        List.of("libcuda.so.1"),
        List.of("libcublas.so.13", "libcublas.so.12", "libcublas.so.11", "libcublas.so"),
        List.of("libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so.11", "libcublasLt.so"));
  }

  @Override
  public boolean knows(String vendor) {
    return vendor.equals("NVIDIA");
  }

  @Override
  public Measurement measure(DeviceReading device, String date) throws MeasurementFailure {
    try (Arena arena = Arena.ofConfined()) {
      NativeLibrary driver =
          NativeLibrary.open(drivers, arena)
              .orElseThrow(() -> missing("the CUDA driver", drivers, "install the driver"));
      driver.call("cuInit", 0);
      CudaDevice found =
          CudaDevice.find(driver, arena, device.uuid())
              .orElseThrow(
                  () ->
                      new MeasurementFailure(
                          "the CUDA driver knows no device "
                              + device.uuid()
                              + "\nMaybe it is cut into slices, or hidden by CUDA_VISIBLE_DEVICES"));
      try {
        return measure(device, date, driver, found, arena);
      } finally {
        found.use();
        found.release();
      }
    }
  }

  private Measurement measure(
      DeviceReading device, String date, NativeLibrary driver, CudaDevice found, Arena arena)
      throws MeasurementFailure {
    boolean roomy = found.freeBytes() >= ROOMY_BYTES;
    int n = roomy ? 8192 : 2048;
    long bytes = roomy ? 1L << 30 : 64L << 20;
    Map<Precision, Double> rates = rates(found, n, arena);
    double inside = inside(driver, found, bytes);
    double down = pinned(driver, found, bytes / 4, arena, true);
    double up = pinned(driver, found, bytes / 4, arena, false);
    Double across = across(driver, found, bytes / 4);
    return new Measurement(
        Measurer.idOf(device),
        device.driverVersion(),
        "cuBLAS products of %d and copies of %d MiB".formatted(n, bytes >> 20),
        date,
        rates,
        inside,
        down,
        up,
        across);
  }

  private Map<Precision, Double> rates(CudaDevice device, int n, Arena arena)
      throws MeasurementFailure {
    Map<Precision, Double> rates = new EnumMap<>(Precision.class);
    Optional<NativeLibrary> blas = NativeLibrary.open(blasLibraries, arena);
    Optional<NativeLibrary> light = NativeLibrary.open(lightLibraries, arena);
    if (blas.isEmpty()) {
      throw missing("cuBLAS", blasLibraries, "put its folder on LD_LIBRARY_PATH");
    }
    for (Precision precision :
        List.of(Precision.FP32, Precision.BF16, Precision.FP16, Precision.INT8, Precision.FP8)) {
      NativeLibrary library = precision == Precision.FP8 ? light.orElse(null) : blas.get();
      if (library == null) {
        continue;
      }
      try {
        rates.put(precision, new MatrixProducts(library, device, arena).rate(precision, n));
      } catch (MeasurementFailure e) {
        LOG.infof("%s is left out: %s", precision, e.getMessage());
      }
    }
    return rates;
  }

  private static double inside(NativeLibrary driver, CudaDevice device, long bytes)
      throws MeasurementFailure {
    long from = device.allocate(bytes);
    long to = device.allocate(bytes);
    double seconds =
        device.seconds(
            REPEATS,
            () -> driver.call("cuMemcpyDtoDAsync_v2", to, from, bytes, MemorySegment.NULL));
    device.free();
    return 2.0 * bytes / seconds;
  }

  private static double pinned(
      NativeLibrary driver, CudaDevice device, long bytes, Arena arena, boolean down)
      throws MeasurementFailure {
    MemorySegment out = arena.allocate(ADDRESS);
    driver.call("cuMemHostAlloc", out, bytes, 0);
    MemorySegment host = out.get(ADDRESS, 0);
    long there = device.allocate(bytes);
    CudaDevice.Work copy =
        down
            ? () -> driver.call("cuMemcpyHtoDAsync_v2", there, host, bytes, MemorySegment.NULL)
            : () -> driver.call("cuMemcpyDtoHAsync_v2", host, there, bytes, MemorySegment.NULL);
    double seconds = device.seconds(REPEATS, copy);
    driver.call("cuMemFreeHost", host);
    device.free();
    return bytes / seconds;
  }

  private static @Nullable Double across(NativeLibrary driver, CudaDevice device, long bytes)
      throws MeasurementFailure {
    Optional<CudaDevice> other = device.peer();
    if (other.isEmpty()) {
      return null;
    }
    CudaDevice peer = other.get();
    long to = peer.allocate(bytes);
    device.use();
    long from = device.allocate(bytes);
    double seconds =
        device.seconds(
            REPEATS,
            () ->
                driver.call(
                    "cuMemcpyPeerAsync",
                    to,
                    peer.context(),
                    from,
                    device.context(),
                    bytes,
                    MemorySegment.NULL));
    device.free();
    peer.use();
    peer.release();
    device.use();
    return bytes / seconds;
  }

  private static MeasurementFailure missing(String what, List<String> names, String advice) {
    return new MeasurementFailure(
        what + " is not there (" + String.join(", ", names) + ")\nMaybe " + advice);
  }
}
