package dev.hejin.scheduler.app.codec;

import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.lifecycle.Event;
import dev.hejin.scheduler.lifecycle.MigrationHold;
import dev.hejin.scheduler.lifecycle.ModelReference;
import dev.hejin.scheduler.lifecycle.StatePart;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.Figure;
import dev.hejin.scheduler.model.Health;
import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Provenance;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.DeviceMemory;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.plan.Prediction;
import dev.hejin.scheduler.plan.Refusal;
import dev.hejin.scheduler.planner.PlanOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * Fixed events, one of each type at least. {@code src/test/resources/events/format-1.bin} holds the
 * first fifteen as format 1 wrote them, {@code format-2.bin} all of them and a snapshot in their
 * middle as format 2 did; a file stays as it is for as long as that format must be read. A new
 * format gets a file of its own: run {@link #main} once.
 */
public final class RecordedEvents {
  static final String CONFIG =
      """
      {"architectures": ["MixtralForCausalLM"], "model_type": "mixtral", "hidden_size": 64,
       "num_hidden_layers": 2, "vocab_size": 100, "tie_word_embeddings": false,
       "torch_dtype": "bfloat16", "num_attention_heads": 4, "num_key_value_heads": 2,
       "intermediate_size": 96, "num_local_experts": 4, "num_experts_per_tok": 2}
      """;

  /** The model that {@link #CONFIG} describes. */
  static final ModelSpec MODEL =
      SpecCodec.fromProto(
              dev.hejin.proto.deployment.v1.DeploymentSpec.newBuilder()
                  .setName("tiny")
                  .setModel(
                      dev.hejin.proto.deployment.v1.ModelSource.newBuilder()
                          .setName("tiny")
                          .setConfigJson(CONFIG))
                  .setWorkload(
                      dev.hejin.proto.deployment.v1.Workload.newBuilder()
                          .setBatchTokens(1)
                          .setContextTokens(1))
                  .build())
          .model();

  private static final long FIRST_MILLIS = 1_767_225_600_123L;

  private RecordedEvents() {}

  static long timeMillis(int index) {
    return FIRST_MILLIS + 1000L * index;
  }

  /** The events of the recorded log, in order. */
  public static List<Event> all() {
    List<Event> events = new ArrayList<>(ofFormat1());
    events.addAll(
        List.of(
            new Event.LeaderElected("10.0.0.7:7171", 3),
            new Event.PlanAdopted("tiny", 3, "asked for", plan(0.75), load(), 5, 1),
            new Event.RequestAnswered("a1b2", "tiny", 3, "asked for"),
            new Event.MigrationModeChanged(
                "tiny", new MigrationHold(MigrationHold.Mode.PAUSED, "夜 shift")),
            new Event.DeviceSetAside("n1/1", "0.2 of its peers"),
            new Event.DeploymentCreated(catalogued()),
            new Event.DeviceSetAside("n2.rack-7/0", "0.3 of its peers"),
            new Event.DeviceRestored("n2.rack-7/0", "repaired"),
            new Event.MigrationModeChanged("tiny", MigrationHold.NONE)));
    return events;
  }

  /** Events before which format 2 has a snapshot. */
  static final int SNAPSHOT_AT = 21;

  static List<Event> ofFormat1() {
    return List.of(
        new Event.NodeJoined(node("n1")),
        new Event.NodeJoined(node("n2.rack-7")),
        new Event.NodeDrained("n2.rack-7", "repair of 风扇"),
        new Event.NodeLost("n2.rack-7", "silent for 5 s"),
        new Event.NodeUndrained("n2.rack-7"),
        new Event.SpeedObserved("n1/1", 0.62, "32.258 ms for work of 20.000 ms"),
        new Event.DeploymentCreated(spec()),
        new Event.PlanAdopted("tiny", 1, "asked for", plan(0.25), spec().expectedLoad(), 12, 7),
        new Event.EpochActivated("tiny", 1),
        new Event.DeploymentBlocked("tiny", "3 GB are missing\nMaybe add a device."),
        new Event.PlanAdopted("tiny", 2, "drift", plan(0.5), load(), 1L << 40, 3),
        new Event.DeploymentCreated(catalogued()),
        new Event.DeploymentDeleting("gone"),
        new Event.DeploymentDeleted("gone"),
        new Event.EpochActivated("tiny", 2));
  }

  /** One device of which everything is known, one of which only the chip is. */
  public static Node node(String id) {
    return new Node(
        id,
        List.of(
            new Device(
                id + "/0",
                id,
                "NVIDIA",
                "H20-SXM-96GB",
                Figure.of(96e9, Provenance.DRIVER, "nvml"),
                Figure.of(3.6e12, Provenance.MEASURED, "probe"),
                Map.of(
                    Precision.BF16,
                    Figure.of(148e12, Provenance.CATALOGUE, "data sheet"),
                    Precision.FP8,
                    Figure.UNKNOWN),
                Figure.of(4.5e11, Provenance.OPERATOR, "pool.yaml"),
                "NCCL",
                Figure.of(2.5, Provenance.ASSUMED, ""),
                Health.DEGRADED,
                false),
            new Device(
                id + "/1",
                id,
                "NVIDIA",
                "H20-SXM-96GB",
                Figure.UNKNOWN,
                Figure.UNKNOWN,
                Map.of(),
                Figure.UNKNOWN,
                "",
                Figure.UNKNOWN,
                Health.UNKNOWN,
                true)),
        Figure.of(5e10, Provenance.OPERATOR, "pool.yaml"));
  }

  static ExpertLoad load() {
    return ExpertLoad.of(MODEL, new double[][] {{1, 2, 3, 1}, {0, 0.1, 0.2, 0.4}});
  }

  public static DeploymentSpec spec() {
    return new DeploymentSpec(
        "tiny",
        new ModelReference("tiny", "", CONFIG),
        MODEL,
        new Workload(64, 4096),
        new PlanOptions(
            "hejin",
            PlanOptions.Objective.COST,
            EnumSet.of(Precision.BF16, Precision.INT8),
            0.0,
            3,
            false,
            -5),
        true,
        0.9,
        load());
  }

  private static DeploymentSpec catalogued() {
    return SpecCodec.fromProto(
        dev.hejin.proto.deployment.v1.DeploymentSpec.newBuilder()
            .setName("gone")
            .setModel(
                dev.hejin.proto.deployment.v1.ModelSource.newBuilder()
                    .setCatalogName("mixtral-8x7b"))
            .setWorkload(
                dev.hejin.proto.deployment.v1.Workload.newBuilder()
                    .setBatchTokens(256)
                    .setContextTokens(2000))
            .build());
  }

  public static Plan plan(double share) {
    LayerPlacement first =
        new LayerPlacement(
            new int[] {0, 0, 1, 1, 1},
            new int[] {0, 1, 1, 2, 3},
            new double[] {1, share, 1 - share, 1, 1});
    LayerPlacement second =
        new LayerPlacement(
            new int[] {0, 0, 0, 0}, new int[] {0, 1, 2, 3}, new double[] {1, 1, 1, 1});
    return new Plan(
        new Placement(
            List.of(
                new StagePlacement(
                    0,
                    1,
                    List.of("n1/0", "n1/1"),
                    List.of(0.6, 0.4),
                    Precision.BF16,
                    Precision.INT8,
                    List.of(first)),
                new StagePlacement(
                    1,
                    2,
                    List.of("n2.rack-7/0"),
                    List.of(1.0),
                    Precision.BF16,
                    Precision.BF16,
                    List.of(second)))),
        List.of(
            new DeviceMemory("n1/0", 96_000_000_000L, 10, 20, 30, 5),
            new DeviceMemory("n1/1", 96_000_000_000L, 11, 21, 31, 5),
            new DeviceMemory("n2.rack-7/0", 96_000_000_000L, 12, 22, 32, 5)),
        new Prediction(
            List.of(0.001, 0.002), 0.004, 16_000, 20_000, Double.NaN, 0.93, "stage 1: memory"),
        List.of(new Refusal("n2.rack-7/1", "memory is unknown")),
        List.of("price of n1/1 is not known"),
        "hejin");
  }

  /** Writes the file of the present format. */
  public static void main(String[] arguments) throws IOException {
    try (OutputStream out = Files.newOutputStream(Path.of(arguments[0]))) {
      List<Event> events = all();
      ClusterState state = new ClusterState();
      for (int i = 0; i < events.size(); i++) {
        if (i == SNAPSHOT_AT) {
          for (StatePart part : state.snapshot()) {
            SnapshotCodec.toProto(part, i, timeMillis(i)).writeDelimitedTo(out);
          }
        }
        state.apply(events.get(i), timeMillis(i));
        EventCodec.toProto(events.get(i), i + 1, timeMillis(i)).writeDelimitedTo(out);
      }
    }
  }
}
