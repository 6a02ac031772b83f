package dev.hejin.deploy.local.load;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What all measurements have in common. */
final class LoadOptions {
  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      defaultValue = "1g",
      description = "Largest heap of the scheduler; default: ${DEFAULT-VALUE}.")
  String heap = "1g";

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "A setting of the scheduler, such as hejin.rebalance.window=5s.")
  List<String> settings = new ArrayList<>();

  @Option(names = "--keep", description = "Keep logs and data.")
  boolean keep;
}
