package dev.hejin.deploy.local.load;

import dev.hejin.catalog.pool.NodeSpec;
import dev.hejin.catalog.pool.PoolFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Pools of eight devices a node, of four vendors. */
final class PoolText {
  static final int DEVICES_PER_NODE = 8;

  private static final List<String[]> KINDS =
      List.of(
          new String[] {"h20", "NVIDIA", "H20"},
          new String[] {"ascend", "Huawei", "Ascend 910B2"},
          new String[] {"hygon", "Hygon", "K100_AI"},
          new String[] {"mthreads", "Moore Threads", "MTT S4000"});

  private PoolText() {}

  /** A pool file: half H20, a quarter Ascend 910B2, an eighth of each of two others. */
  static String of(String name, int nodes) {
    int[] counts = {nodes - nodes / 2, nodes / 4, nodes / 8, 0};
    counts[3] = nodes - counts[0] - counts[1] - counts[2];
    StringBuilder text = new StringBuilder("name: " + name + "\nnodes:\n");
    for (int kind = 0; kind < counts.length; kind++) {
      if (counts[kind] > 0) {
        text.append(
            String.format(
                Locale.ROOT,
                "  - name: %s-%s%n    count: %d%n    vendor: %s%n    chip: %s%n    devices: %d%n"
                    + "    networkGbitPerSecond: 400%n",
                name,
                KINDS.get(kind)[0],
                counts[kind],
                KINDS.get(kind)[1],
                KINDS.get(kind)[2],
                DEVICES_PER_NODE));
      }
    }
    return text.toString();
  }

  /** The nodes of such a pool. */
  static List<NodeSpec> nodes(String name, int nodes) {
    try {
      Path file = Files.createTempFile("hejin-load-", ".yaml");
      try {
        Files.writeString(file, of(name, nodes));
        return PoolFiles.load(file.toString()).nodes();
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary file", e);
    }
  }
}
