package dev.hejin.scheduler.cost;

import java.util.Locale;

/**
 * Bytes that a vendor's collective library holds on a device of a group, whatever is exchanged.
 *
 * <p>Two groups are open at a time: the devices of a stage, and the pair that hands tokens on. A
 * third one where devices divide layers between them, or attention and experts lie on different
 * devices, which are a group together.
 *
 * <ul>
 *   <li>NCCL and RCCL: 4 MiB for each direction of a channel (default of NCCL_BUFFSIZE, NCCL user
 *       guide), 32 channels at most (default of NCCL_MAX_NCHANNELS).
 *   <li>HCCL: 200 MB to send and 200 MB to receive for each group (default of HCCL_BUFFSIZE, CANN
 *       environment variables).
 *   <li>Others publish nothing; assumed to hold as much as NCCL, whose interface they follow.
 * </ul>
 *
 * <p>Rows of routed tokens have their own buffers, see {@link MemoryModel}.
 */
public final class CollectiveBuffers {
  private static final long MEBI = 1L << 20;
  private static final int GROUPS = 2;
  private static final long NCCL_BYTES = 32 * 2 * 4 * MEBI;
  private static final long HCCL_BYTES = 2 * 200_000_000L;

  private CollectiveBuffers() {}

  /**
   * @param library name of the library, any case; empty: not known
   * @param devices of the group; a device alone opens none
   */
  public static long bytes(String library, int devices) {
    return bytes(library, devices, 1);
  }

  /** The same where so many of them divide layers between them. */
  public static long bytes(String library, int devices, int tensorParallel) {
    if (devices < 2) {
      return 0;
    }
    return (tensorParallel > 1 ? GROUPS + 1 : GROUPS)
        * switch (library.toUpperCase(Locale.ROOT)) {
          case "HCCL" -> HCCL_BYTES;
          default -> NCCL_BYTES;
        };
  }

  /** The same in a stage whose attention and experts lie on different devices. */
  public static long apartBytes(String library) {
    return bytes(library, 2, 2);
  }

  /** Whether the vendor publishes the size. */
  public static boolean isPublished(String library) {
    return switch (library.toUpperCase(Locale.ROOT)) {
      case "NCCL", "RCCL", "HCCL" -> true;
      default -> false;
    };
  }
}
