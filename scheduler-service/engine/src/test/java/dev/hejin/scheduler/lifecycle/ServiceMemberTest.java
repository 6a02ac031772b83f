package dev.hejin.scheduler.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Samples;
import dev.hejin.scheduler.model.Workload;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Services of several pipelines: "chat" on n1/0 and n1/1, n2 is spare. */
class ServiceMemberTest {
  private final ClusterState state = new ClusterState();

  private static Command.CreateDeployment pipeline(
      ClusterState state, String service, int number, String deviceId) {
    return new Command.CreateDeployment(
        SampleDeployments.spec(service).pipeline(number, new Workload(32, 1000), List.of(deviceId)),
        SampleDeployments.proposal(state, deviceId));
  }

  private Decision createChat() {
    SampleDeployments.run(state, new Command.RegisterNode(Samples.node("n1", 2)));
    SampleDeployments.run(state, new Command.RegisterNode(Samples.node("n2", 2)));
    return SampleDeployments.run(
        state,
        new Command.Together(
            "chat",
            List.of(pipeline(state, "chat", 0, "n1/0"), pipeline(state, "chat", 1, "n1/1"))));
  }

  private void adopt(String deployment, String deviceId, double tokensPerSecond) {
    SampleDeployments.run(
        state,
        new Command.AdoptPlan(
            deployment,
            new Command.PlanProposal(
                SampleDeployments.plan(deviceId, tokensPerSecond),
                SampleDeployments.load(),
                state.poolRevision(),
                "",
                1,
                1)));
  }

  private void activate(String deployment) {
    long epoch = state.deployment(deployment).orElseThrow().epoch();
    SampleDeployments.run(state, new Command.ActivateEpoch(deployment, epoch));
  }

  @Test
  void shouldCreateAllPipelines() {
    // When
    Decision decision = createChat();

    // Then
    assertThat(decision).isInstanceOf(Decision.Accepted.class);
    assertThat(state.pipelines("chat"))
        .extracting(entry -> entry.spec().name())
        .containsExactly("chat-p0", "chat-p1");
    assertThat(state.deployment("chat-p1").orElseThrow().spec().workload().batchTokens())
        .isEqualTo(32);
    assertThat(state.pipelines("other")).isEmpty();
  }

  @Test
  void shouldCreateNoPipelineWhenOneIsRefused() {
    // Given
    SampleDeployments.run(state, new Command.RegisterNode(Samples.node("n1", 2)));
    SampleDeployments.run(
        state,
        new Command.CreateDeployment(
            SampleDeployments.spec("chat-p1"), SampleDeployments.proposal(state, "n1/0")));

    // When
    Decision decision = createChat();

    // Then
    assertThat(decision).isInstanceOf(Decision.Rejected.class);
    assertThat(state.deployments()).containsOnlyKeys("chat-p1");
  }

  @Test
  void shouldKeepNamesApart() {
    // Given
    createChat();
    SampleDeployments.run(
        state,
        new Command.CreateDeployment(
            SampleDeployments.spec("talk"), SampleDeployments.proposal(state, "n2/0")));

    // When
    Decision deployment =
        CommandHandler.decide(
            state,
            new Command.CreateDeployment(
                SampleDeployments.spec("chat"), SampleDeployments.proposal(state, "n2/1")));
    Decision service = CommandHandler.decide(state, pipeline(state, "talk", 0, "n2/1"));

    // Then
    assertThat(deployment)
        .isInstanceOfSatisfying(
            Decision.Rejected.class,
            rejected -> {
              assertThat(rejected.kind()).isEqualTo(Decision.Kind.EXISTS);
              assertThat(rejected.message()).contains("'chat' is a service");
            });
    assertThat(service)
        .isInstanceOfSatisfying(
            Decision.Rejected.class,
            rejected -> assertThat(rejected.message()).contains("deployment 'talk' exists"));
  }

  @Test
  void shouldAnswerRepeatedCreationOnce() {
    // Given
    SampleDeployments.run(state, new Command.RegisterNode(Samples.node("n1", 2)));
    Command create =
        new Command.Together(
            "chat",
            List.of(pipeline(state, "chat", 0, "n1/0"), pipeline(state, "chat", 1, "n1/1")));

    // When
    Decision first = CommandHandler.decide(state, create, "id-1");
    ((Decision.Accepted) first).events().forEach(event -> state.apply(event, 1));
    Decision second = CommandHandler.decide(state, create, "id-1");

    // Then
    assertThat(state.request("id-1").orElseThrow().subject()).isEqualTo("chat");
    assertThat(((Decision.Accepted) second).events()).isEmpty();
  }

  @Test
  void shouldPlanPipelineAtHomeWhileItIsWhole() {
    // When
    createChat();

    // Then
    assertThat(state.poolFor("chat-p0").devices()).extracting(Device::id).containsExactly("n1/0");
    assertThat(state.poolFor("chat-p1").devices()).extracting(Device::id).containsExactly("n1/1");
  }

  @Test
  void shouldOfferSparesWhileHomeIsMissing() {
    // Given
    createChat();

    // When
    SampleDeployments.run(state, new Command.SetDeviceAside("n1/0", "slow"));

    // Then
    assertThat(state.poolFor("chat-p0").devices())
        .extracting(Device::id)
        .containsExactly("n2/0", "n2/1");
    assertThat(state.poolFor("chat-p1").devices()).extracting(Device::id).containsExactly("n1/1");
  }

  @Test
  void shouldNotOfferSparesThatAnotherPipelineTook() {
    // Given
    createChat();
    SampleDeployments.run(state, new Command.SetDeviceAside("n1/0", "slow"));
    SampleDeployments.run(state, new Command.SetDeviceAside("n1/1", "slow"));

    // When
    adopt("chat-p0", "n2/0", 500);

    // Then
    assertThat(state.poolFor("chat-p1").devices()).extracting(Device::id).containsExactly("n2/1");
  }

  @Test
  void shouldKeepSpareInUseWhenHomeIsBack() {
    // Given
    createChat();
    SampleDeployments.run(state, new Command.SetDeviceAside("n1/0", "slow"));
    adopt("chat-p0", "n2/0", 500);

    // When
    SampleDeployments.run(state, new Command.RestoreDevice("n1/0", "back"));

    // Then
    assertThat(state.poolFor("chat-p0").devices())
        .extracting(Device::id)
        .containsExactly("n1/0", "n2/0");
  }

  @Test
  void shouldShareTrafficByPlansThatAreServed() {
    // Given
    createChat();
    adopt("chat-p1", "n1/1", 1500);
    activate("chat-p1");
    double before = state.trafficShare("chat-p1");

    // When
    activate("chat-p0");

    // Then
    assertThat(before).isEqualTo(1);
    assertThat(state.trafficShare("chat-p0")).isEqualTo(0.25);
    assertThat(state.trafficShare("chat-p1")).isEqualTo(0.75);
  }

  @Test
  void shouldGiveBlockedPipelineNoTraffic() {
    // Given
    createChat();
    activate("chat-p0");
    activate("chat-p1");

    // When
    SampleDeployments.run(state, new Command.BlockDeployment("chat-p0", "too few devices"));

    // Then
    assertThat(state.trafficShare("chat-p0")).isZero();
    assertThat(state.trafficShare("chat-p1")).isEqualTo(1);
  }

  @Test
  void shouldNotRollBackToDeviceOfAnotherPipeline() {
    // Given
    createChat();
    activate("chat-p0");
    SampleDeployments.run(state, new Command.SetDeviceAside("n1/0", "slow"));
    adopt("chat-p0", "n2/0", 500);
    activate("chat-p0");
    SampleDeployments.run(state, new Command.RestoreDevice("n1/0", "back"));
    adopt("chat-p0", "n1/0", 600);
    SampleDeployments.run(state, new Command.SetDeviceAside("n1/1", "slow"));
    adopt("chat-p1", "n2/0", 500);

    // When
    Decision decision =
        CommandHandler.decide(state, new Command.RollBackMigration("chat-p0", "", 0, 0));

    // Then
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Rejected.class,
            rejected ->
                assertThat(rejected.message())
                    .contains("needs device n2/0, which another pipeline uses now"));
  }

  @Test
  void shouldRefuseMembersThatMakeNoSense() {
    // When, then
    assertThatThrownBy(() -> new ServiceMember("Chat", 0, List.of("n1/0")))
        .hasMessageContaining("name 'Chat' of a service")
        .hasMessageContaining("Maybe");
    assertThatThrownBy(() -> new ServiceMember("c".repeat(59), 0, List.of("n1/0")))
        .hasMessageContaining("1 to 58");
    assertThatThrownBy(() -> new ServiceMember("chat", -1, List.of("n1/0")))
        .hasMessageContaining("member.pipeline is -1");
    assertThatThrownBy(() -> new ServiceMember("chat", 0, List.of()))
        .hasMessageContaining("member.home_device_ids is empty");
  }
}
