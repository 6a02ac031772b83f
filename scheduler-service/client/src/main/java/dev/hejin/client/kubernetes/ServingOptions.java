package dev.hejin.client.kubernetes;

import dev.hejin.client.planfile.BadFile;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the command line says of an engine in pods. */
public final class ServingOptions {
  private static final int MOST_DEVICES = 64;
  private static final String NAME = "[a-z]([a-z0-9-]{0,38}[a-z0-9])?";

  @Option(
      names = "--group",
      paramLabel = "LABEL=VALUE:NODES[:RESOURCE]",
      description = {
        "Once for each group of like nodes, in the order of the plan's devices:",
        "label of the nodes, how many, what a device is called where not as --device-resource."
      })
  private List<String> groups = List.of();

  @Option(
      names = "--devices-per-node",
      paramLabel = "N",
      description = "Devices of the plan that one pod takes. Default: 8.")
  private int devicesPerNode = 8;

  @Option(
      names = "--device-resource",
      paramLabel = "NAME",
      description = "What a device is called in a pod's limits. Default: nvidia.com/gpu.")
  private String deviceResource = "nvidia.com/gpu";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the service. Default: serving.")
  private String name = "serving";

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "Namespace of all objects. Default: serving.")
  private String namespace = "serving";

  @Option(
      names = "--image",
      paramLabel = "IMAGE",
      description = "Image of the engine, with its tag.")
  private @Nullable String image;

  @Option(
      names = "--model-path",
      paramLabel = "PATH",
      description = "The model, as the engine finds it. Default: /models/NAME.")
  private @Nullable String modelPath;

  @Option(
      names = "--model-claim",
      paramLabel = "NAME",
      description = "Volume claim at /models. Default: models.")
  private String modelClaim = "models";

  @Option(
      names = "--engine-arg",
      paramLabel = "ARGUMENT",
      description = "A further argument of the engine, once for each.")
  private List<String> engineArguments = List.of();

  /**
   * @param ranks devices of the plan
   */
  List<NodeGroup> groups(int ranks) {
    if (devicesPerNode < 1 || devicesPerNode > MOST_DEVICES) {
      throw BadFile.option(
          "--devices-per-node", devicesPerNode, "not from 1 to " + MOST_DEVICES, "write 8");
    }
    if (groups.isEmpty()) {
      throw BadFile.option(
          "--group",
          "nothing",
          "pods must know their nodes",
          "write --group nvidia.com/gpu.product=NVIDIA-H20:" + Math.max(1, ranks / devicesPerNode));
    }
    List<NodeGroup> parsed =
        groups.stream().map(each -> NodeGroup.parse(each, deviceResource)).toList();
    long devices = parsed.stream().mapToLong(NodeGroup::nodes).sum() * devicesPerNode;
    if (devices != ranks) {
      throw BadFile.option(
          "--group",
          String.join(" ", groups),
          devices + " devices with " + devicesPerNode + " on each node, and the plan has " + ranks,
          "change the nodes or --devices-per-node");
    }
    return parsed;
  }

  String name() {
    return checked("--name", name);
  }

  String namespace() {
    return checked("--namespace", namespace);
  }

  String modelClaim() {
    return checked("--model-claim", modelClaim);
  }

  private static String checked(String option, String value) {
    if (!value.matches(NAME)) {
      throw BadFile.option(
          option,
          value,
          "not small letters, digits and '-' from a letter on, 40 at most",
          "write serving");
    }
    return value;
  }

  String image() {
    if (image == null || image.isBlank() || !image.contains(":")) {
      throw BadFile.option(
          "--image",
          image == null ? "nothing" : image,
          "the engine's image must be named with its tag",
          "write lmsysorg/sglang:v0.5.5");
    }
    return image;
  }

  String modelPath() {
    return modelPath == null ? "/models/" + name() : modelPath;
  }

  int devicesPerNode() {
    return devicesPerNode;
  }

  List<String> engineArguments() {
    return List.copyOf(engineArguments);
  }
}
