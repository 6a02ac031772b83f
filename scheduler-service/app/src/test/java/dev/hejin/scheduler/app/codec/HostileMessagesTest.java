package dev.hejin.scheduler.app.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.hejin.proto.agent.v1.ConnectRequest;
import dev.hejin.proto.agent.v1.DeviceState;
import dev.hejin.proto.agent.v1.LayerRoute;
import dev.hejin.proto.agent.v1.Register;
import dev.hejin.proto.agent.v1.Shard;
import dev.hejin.proto.agent.v1.ShardKind;
import dev.hejin.proto.capability.v1.Precision;
import dev.hejin.proto.deployment.v1.CreateDeploymentRequest;
import dev.hejin.proto.deployment.v1.PlanDeploymentRequest;
import dev.hejin.proto.deployment.v1.PlanPool;
import dev.hejin.proto.event.v1.EventRecord;
import dev.hejin.proto.inventory.v1.DrainNodeRequest;
import dev.hejin.proto.training.v1.BalanceExpertsRequest;
import dev.hejin.proto.training.v1.LayerTokens;
import dev.hejin.proto.training.v1.Start;
import dev.hejin.proto.training.v1.Step;
import dev.hejin.scheduler.app.hostile.Fuzz;
import dev.hejin.scheduler.bias.BiasController;
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.CommandHandler;
import dev.hejin.scheduler.lifecycle.Decision;
import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.lifecycle.Event;
import dev.hejin.scheduler.lifecycle.StatePart;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.planner.PlanRequest;
import dev.hejin.scheduler.planner.PlanResult;
import dev.hejin.scheduler.planner.Planner;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Hostile messages to each method and hostile records of the event log, as far as they go without a
 * broker: decoded, planned, decided, written as records, read back, applied. What is accepted must
 * be readable from the log; what is not must be refused by naming a field.
 */
@Timeout(3600)
class HostileMessagesTest {
  private static final int MOST_NODES = 100;

  /** Plans are dear: one of so many sound requests is planned. */
  private static final int PLANNED_ONE_OF = 16;

  private ClusterState state = new ClusterState();
  private int sound;

  private static boolean isRefusal(Throwable e) {
    return e instanceof InvalidMessageException
        || e instanceof InvalidProtocolBufferException
        || e instanceof StatusRuntimeException;
  }

  private static Register register() {
    return Register.newBuilder()
        .setProtocolVersion(1)
        .setInstanceId("i")
        .setAgentVersion("1")
        .setCapability(CapabilityCodec.toProto(RecordedEvents.node("n1")))
        .addDevices(
            DeviceState.newBuilder()
                .setDeviceId("n1/0")
                .setDeploymentId("tiny")
                .setEpoch(1)
                .addShards(
                    Shard.newBuilder()
                        .setKind(ShardKind.SHARD_KIND_EXPERT)
                        .setLayer(1)
                        .setExpert(2)
                        .setPrecision(Precision.PRECISION_FP8)
                        .setSizeBytes(1 << 20))
                .addRoutes(
                    LayerRoute.newBuilder()
                        .setLayer(1)
                        .setTokenShare(0.5)
                        .addExperts(2)
                        .addExpertShares(0.5)))
        .build();
  }

  private static dev.hejin.proto.deployment.v1.DeploymentSpec spec() {
    return SpecCodec.toProto(RecordedEvents.spec());
  }

  private static PlanPool pool() {
    return PlanPool.newBuilder()
        .addNodes(CapabilityCodec.toProto(RecordedEvents.node("n1")))
        .addNodes(CapabilityCodec.toProto(RecordedEvents.node("n2")))
        .putSpeedFactors("n1/0", 0.5)
        .build();
  }

  /** As the scheduler does, with the log's bytes in between. */
  private void commit(Command command, String requestId) {
    if (state.nodes().size() > MOST_NODES) {
      state = new ClusterState();
    }
    switch (CommandHandler.decide(state, command, requestId)) {
      case Decision.Rejected rejected -> assertThat(rejected.message()).isNotEmpty();
      case Decision.Accepted accepted -> {
        List<Event> events = accepted.events();
        for (Event event : events) {
          byte[] bytes = LogRecord.of(event, state.revision() + 1, 1).toBytes();
          state.apply(LogRecord.parse(bytes).event(this::model), 1);
        }
        if (!events.isEmpty()) {
          ClusterState restored = new ClusterState();
          restored.restore(state.snapshot().stream().map(this::reread).toList());
          assertThat(restored.revision()).isEqualTo(state.revision());
        }
      }
    }
  }

  private StatePart reread(StatePart part) {
    return LogRecord.parse(LogRecord.of(part, state.revision(), 1).toBytes()).part();
  }

  private ModelSpec model(String deployment) {
    return state.deployment(deployment).map(d -> d.spec().model()).orElse(RecordedEvents.MODEL);
  }

  @Test
  void shouldTakeOrRefuseRegistrations() {
    // Given
    ConnectRequest valid = ConnectRequest.newBuilder().setRegister(register()).build();

    // When
    int taken =
        Fuzz.run(
            List.of(valid),
            HostileMessagesTest::isRefusal,
            bytes -> {
              ConnectRequest request = ConnectRequest.parseFrom(bytes);
              if (request.hasRegister()) {
                var registration = RegistrationCodec.fromProto(request.getRegister());
                commit(new Command.RegisterNode(registration.node()), "");
              }
            });

    // Then
    assertThat(taken).isPositive();
    assertThat(state.revision()).isPositive();
  }

  @Test
  void shouldPlanOrRefuse() {
    // Given
    PlanDeploymentRequest valid =
        PlanDeploymentRequest.newBuilder().setSpec(spec()).setPool(pool()).build();

    // When
    int taken =
        Fuzz.run(
            List.of(valid),
            HostileMessagesTest::isRefusal,
            bytes -> {
              PlanDeploymentRequest request = PlanDeploymentRequest.parseFrom(bytes);
              DeploymentSpec wanted = SpecCodec.fromProto(request.getSpec());
              Pool pool = CapabilityCodec.fromProto(request.getPool());
              if (sound++ % PLANNED_ONE_OF == 0
                  && plan(wanted, pool) instanceof PlanResult.Feasible feasible) {
                assertReadable(feasible.plan());
              }
            });

    // Then
    assertThat(taken).isPositive();
  }

  private static PlanResult plan(DeploymentSpec wanted, Pool pool) {
    return new Planner()
        .plan(
            new PlanRequest(
                wanted.model(),
                pool,
                wanted.workload(),
                wanted.expectedLoad(),
                wanted.options(),
                null));
  }

  private static void assertReadable(Plan plan) {
    assertThat(PlanCodec.fromProto(PlanCodec.toProto(plan, id -> "")).placement())
        .isEqualTo(plan.placement());
  }

  @Test
  void shouldCreateOrRefuse() {
    // Given
    commit(new Command.RegisterNode(RecordedEvents.node("n1")), "");
    CreateDeploymentRequest valid =
        CreateDeploymentRequest.newBuilder().setSpec(spec()).setRequestId("r").build();

    // When
    int taken =
        Fuzz.run(
            List.of(valid),
            HostileMessagesTest::isRefusal,
            bytes -> {
              CreateDeploymentRequest request = CreateDeploymentRequest.parseFrom(bytes);
              DeploymentSpec wanted = SpecCodec.fromProto(request.getSpec());
              if (sound++ % PLANNED_ONE_OF != 0) {
                return;
              }
              ClusterState before = state;
              if (plan(wanted, state.poolFor(wanted.name()))
                  instanceof PlanResult.Feasible feasible) {
                commit(
                    new Command.CreateDeployment(
                        wanted,
                        new Command.PlanProposal(
                            feasible.plan(),
                            wanted.expectedLoad(),
                            state.poolRevision(),
                            "fuzz",
                            1,
                            1)),
                    request.getRequestId());
                commit(new Command.DeleteDeployment(wanted.name()), request.getRequestId() + "-");
                commit(new Command.FinishDeletion(wanted.name()), "");
              }
              state = before;
            });

    // Then
    assertThat(taken).isPositive();
  }

  @Test
  void shouldTakeOrRefuseOrders() {
    // Given
    DrainNodeRequest valid =
        DrainNodeRequest.newBuilder().setNodeId("n1").setReason("why").setRequestId("r").build();
    commit(new Command.RegisterNode(RecordedEvents.node("n1")), "");

    // When
    int taken =
        Fuzz.run(
            List.of(valid),
            HostileMessagesTest::isRefusal,
            bytes -> {
              DrainNodeRequest request = DrainNodeRequest.parseFrom(bytes);
              String name = request.getNodeId();
              String id = request.getRequestId();
              commit(new Command.DrainNode(name, request.getReason()), id);
              commit(new Command.UndrainNode(name), id);
              commit(new Command.ForgetNode(name), id);
              commit(new Command.PauseMigration(name, request.getReason()), id);
              commit(new Command.ResumeMigration(name), id);
              commit(new Command.RollBackMigration(name, request.getReason(), 0, 0), id);
              commit(new Command.DeleteDeployment(name), id);
            });

    // Then
    assertThat(taken).isPositive();
  }

  @Test
  void shouldTakeOrRefuseRecordsOfTheLog() {
    // Given
    List<Message> valid = new ArrayList<>();
    ClusterState whole = new ClusterState();
    for (Event event : RecordedEvents.all()) {
      valid.add(EventCodec.toProto(event, valid.size() + 1, 1));
      whole.apply(event, 1);
    }
    whole.snapshot().forEach(part -> valid.add(SnapshotCodec.toProto(part, 9, 1)));

    // When
    int taken =
        Fuzz.run(
            valid,
            HostileMessagesTest::isRefusal,
            bytes -> {
              LogRecord record = LogRecord.parse(bytes);
              long unused = record.timeMillis();
              if (record.isSnapshotPart()) {
                StatePart part = record.part();
                assertThat(part).isNotNull();
              } else {
                Event event = record.event(this::model);
                new ClusterState().apply(event, record.timeMillis());
                EventRecord again = EventCodec.toProto(event, 1, 1);
                assertThat(again.getFormatVersion()).isPositive();
              }
            });

    // Then
    assertThat(taken).isPositive();
  }

  @Test
  void shouldBalanceOrRefuse() {
    // Given
    List<Message> valid =
        List.of(
            BalanceExpertsRequest.newBuilder()
                .setStart(Start.newBuilder().setLayerCount(2).setExpertCount(4))
                .build(),
            BalanceExpertsRequest.newBuilder()
                .setStep(
                    Step.newBuilder()
                        .setNumber(1)
                        .addLoads(LayerTokens.newBuilder().addAllTokens(List.of(1L, 2L, 3L, 4L)))
                        .addLoads(LayerTokens.newBuilder().addAllTokens(List.of(4L, 3L, 2L, 1L))))
                .build());
    BiasController[] controller = {new BiasController(2, 4, 0.001)};

    // When
    int taken =
        Fuzz.run(
            valid,
            HostileMessagesTest::isRefusal,
            bytes -> {
              BalanceExpertsRequest request = BalanceExpertsRequest.parseFrom(bytes);
              if (request.hasStart()) {
                BiasController fresh = BiasCodec.fromProto(request.getStart());
                assertThat(fresh).isNotNull();
              } else if (request.hasStep()) {
                double[][] loads = BiasCodec.loads(request.getStep());
                BiasCodec.apply(controller[0], request.getStep(), loads);
                assertThat(BiasCodec.toProto(1, controller[0], loads)).isNotNull();
              }
            });

    // Then
    assertThat(taken).isPositive();
  }
}
