package dev.hejin.agent.app.probe.nvidia;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Calls functions of NVML by name. A function that this driver does not have answers {@link
 * NvmlStatus#FUNCTION_NOT_FOUND}, as NVML itself does for one that the card lacks.
 */
final class NvmlLibrary implements AutoCloseable {
  /** A native function; a proxy stands behind it, which needs it to be public. */
  @FunctionalInterface
  public interface Function {
    /** Its status. */
    int call(Object[] arguments);
  }

  private final Arena arena;
  private final SymbolLookup symbols;
  private final Linker linker = Linker.nativeLinker();
  private final ConcurrentMap<String, Optional<Function>> functions = new ConcurrentHashMap<>();

  private NvmlLibrary(Arena arena, SymbolLookup symbols) {
    this.arena = arena;
    this.symbols = symbols;
  }

  /**
   * Opens the library.
   *
   * @param name soname or path
   * @return empty when there is none: no driver
   */
  static Optional<NvmlLibrary> open(String name) {
    Arena arena = Arena.ofShared();
    try {
      return Optional.of(new NvmlLibrary(arena, SymbolLookup.libraryLookup(name, arena)));
    } catch (IllegalArgumentException e) {
      arena.close();
      return Optional.empty();
    }
  }

  /**
   * Calls a function that returns a status; its arguments are ints and addresses.
   *
   * @return the status
   */
  int call(String name, Object... arguments) {
    Optional<Function> function =
        functions.computeIfAbsent(name, key -> symbols.find(key).map(at -> link(at, arguments)));
    if (function.isEmpty()) {
      return NvmlStatus.FUNCTION_NOT_FOUND;
    }
    return function.get().call(arguments);
  }

  private Function link(MemorySegment at, Object... arguments) {
    MemoryLayout[] layouts =
        List.of(arguments).stream()
            .map(argument -> argument instanceof MemorySegment ? ADDRESS : JAVA_INT)
            .toArray(MemoryLayout[]::new);
    MethodHandle handle = linker.downcallHandle(at, FunctionDescriptor.of(JAVA_INT, layouts));
    return MethodHandleProxies.asInterfaceInstance(
        Function.class, handle.asSpreader(Object[].class, arguments.length));
  }

  @Override
  public void close() {
    arena.close();
  }
}
