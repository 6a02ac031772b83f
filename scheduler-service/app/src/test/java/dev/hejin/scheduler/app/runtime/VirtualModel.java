package dev.hejin.scheduler.app.runtime;

import dev.hejin.proto.deployment.v1.ModelSource;
import dev.hejin.proto.deployment.v1.Workload;
import dev.hejin.scheduler.app.codec.SpecCodec;
import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Figure;
import dev.hejin.scheduler.model.Health;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A small model and small nodes of two types. */
final class VirtualModel {
  private static final String CONFIG =
      """
      {
        "architectures": ["MixtralForCausalLM"],
        "model_type": "mixtral",
        "hidden_size": 2048,
        "intermediate_size": 16384,
        "num_hidden_layers": 4,
        "num_attention_heads": 16,
        "num_key_value_heads": 4,
        "num_local_experts": 8,
        "num_experts_per_tok": 2,
        "vocab_size": 32000,
        "torch_dtype": "bfloat16"
      }
      """;
  private static final double GIB = 1L << 30;

  private VirtualModel() {}

  /** Four to six nodes of two devices each, with little memory or more. */
  static List<Node> nodes(Random random) {
    List<Node> nodes = new ArrayList<>();
    int count = 4 + random.nextInt(3);
    double gib = 3 + random.nextInt(4);
    for (int n = 0; n < count; n++) {
      String id = "n" + n;
      boolean slow = random.nextBoolean();
      nodes.add(
          new Node(id, List.of(device(id, 0, slow, gib), device(id, 1, slow, gib)), figure(25e9)));
    }
    return nodes;
  }

  private static Device device(String node, int index, boolean slow, double gib) {
    double rate = slow ? 100e12 : 200e12;
    return new Device(
        node + "/" + index,
        node,
        slow ? "Slow" : "Fast",
        slow ? "slow-1" : "fast-1",
        figure(gib * GIB),
        figure(slow ? 500e9 : 1000e9),
        Map.of(Precision.BF16, figure(rate), Precision.FP8, figure(2 * rate)),
        figure(100e9),
        "lib",
        Figure.UNKNOWN,
        Health.HEALTHY,
        true);
  }

  private static Figure figure(double value) {
    return new Figure(value, Provenance.CATALOGUE, "of this simulation");
  }

  /** Weights of about 7 GB, most of them in experts. */
  static DeploymentSpec spec(String name) {
    return SpecCodec.fromProto(
        dev.hejin.proto.deployment.v1.DeploymentSpec.newBuilder()
            .setName(name)
            .setModel(ModelSource.newBuilder().setName("small").setConfigJson(CONFIG))
            .setWorkload(Workload.newBuilder().setBatchTokens(256).setContextTokens(1000))
            .build());
  }
}
