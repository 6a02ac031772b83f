package dev.hejin.deploy.local.load;

import picocli.CommandLine.Option;

/** A large deployment to measure with. */
final class LoadedPool {
  @Option(
      names = "--nodes",
      defaultValue = "128",
      description = "Nodes of eight devices; default: ${DEFAULT-VALUE}.")
  int nodes;

  @Option(
      names = "--model",
      defaultValue = "deepseek-v3",
      description = "Model of the catalogue; default: ${DEFAULT-VALUE}.")
  String model = "deepseek-v3";

  int devices() {
    return nodes * PoolText.DEVICES_PER_NODE;
  }

  void check() {
    LoadOptions.require("--nodes", nodes, 1);
  }
}
