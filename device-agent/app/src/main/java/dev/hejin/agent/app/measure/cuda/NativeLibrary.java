package dev.hejin.agent.app.measure.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.hejin.agent.app.measure.MeasurementFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Calls functions that return a status, by name; zero is success. Used by one thread. */
final class NativeLibrary {
  /** A native function; a proxy stands behind it, which needs it to be public. */
  @FunctionalInterface
  public interface Function {
    /** Its status. */
    int call(Object[] arguments);
  }

  private final String name;
  private final SymbolLookup symbols;
  private final Linker linker = Linker.nativeLinker();
  private final Map<String, Function> functions = new HashMap<>();

  private NativeLibrary(String name, SymbolLookup symbols) {
    this.name = name;
    this.symbols = symbols;
  }

  /** The first of these that is there. */
  static Optional<NativeLibrary> open(List<String> names, Arena arena) {
    for (String name : names) {
      try {
        return Optional.of(new NativeLibrary(name, SymbolLookup.libraryLookup(name, arena)));
      } catch (IllegalArgumentException e) {
        continue;
      }
    }
    return Optional.empty();
  }

  /**
   * Calls one; arguments are ints, longs and addresses.
   *
   * @throws MeasurementFailure when it is not there or fails
   */
  void call(String function, Object... arguments) throws MeasurementFailure {
    int status = status(function, arguments);
    if (status != 0) {
      throw new MeasurementFailure(
          "%s of %s answers %d\nMaybe the device is in use, or driver and library do not match"
              .formatted(function, name, status));
    }
  }

  private int status(String function, Object... arguments) throws MeasurementFailure {
    Function known = functions.get(function);
    if (known == null) {
      MemorySegment at =
          symbols
              .find(function)
              .orElseThrow(
                  () ->
                      new MeasurementFailure(
                          function + " is not in " + name + "\nMaybe it is too old"));
      known = link(at, arguments);
      functions.put(function, known);
    }
    return known.call(arguments);
  }

  private Function link(MemorySegment at, Object... arguments) {
    MemoryLayout[] layouts =
        List.of(arguments).stream().map(NativeLibrary::layout).toArray(MemoryLayout[]::new);
    MethodHandle handle = linker.downcallHandle(at, FunctionDescriptor.of(JAVA_INT, layouts));
    return MethodHandleProxies.asInterfaceInstance(
        Function.class, handle.asSpreader(Object[].class, arguments.length));
  }

  private static MemoryLayout layout(Object argument) {
    return switch (argument) {
      case MemorySegment address -> ADDRESS;
      case Long number -> JAVA_LONG;
      default -> JAVA_INT;
    };
  }
}
