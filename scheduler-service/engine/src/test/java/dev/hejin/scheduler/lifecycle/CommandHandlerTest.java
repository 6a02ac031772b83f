package dev.hejin.scheduler.lifecycle;

import static dev.hejin.scheduler.lifecycle.SampleDeployments.plan;
import static dev.hejin.scheduler.lifecycle.SampleDeployments.proposal;
import static dev.hejin.scheduler.lifecycle.SampleDeployments.run;
import static dev.hejin.scheduler.lifecycle.SampleDeployments.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.hejin.scheduler.model.Samples;
import dev.hejin.scheduler.plan.DeviceMemory;
import dev.hejin.scheduler.plan.Plan;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CommandHandlerTest {
  private final ClusterState state = SampleDeployments.running();

  private static Arguments rejected(
      Decision.Kind kind, String field, String message, Function<ClusterState, Command> command) {
    return arguments(kind, field, message, command);
  }

  private static Arguments rejected(
      Decision.Kind kind, String field, String message, Command command) {
    return arguments(kind, field, message, (Function<ClusterState, Command>) state -> command);
  }

  static Stream<Arguments> rejections() {
    return Stream.of(
        rejected(
            Decision.Kind.NOT_FOUND,
            "node_id",
            "node 'n9' has never registered\nMaybe one of [n1, n2]",
            new Command.DrainNode("n9", "repair")),
        rejected(
            Decision.Kind.NOT_FOUND,
            "node_id",
            "node 'n9' has never registered\nMaybe one of [n1, n2]",
            new Command.UndrainNode("n9")),
        rejected(
            Decision.Kind.NOT_FOUND,
            "node_id",
            "node 'n9' has never registered\nMaybe one of [n1, n2]",
            new Command.ForgetNode("n9")),
        rejected(
            Decision.Kind.PRECONDITION,
            "node_id",
            "node 'n1' is connected: only a lost node can be forgotten"
                + "\nMaybe drain it, stop its agent, and ask again when it is lost.",
            new Command.ForgetNode("n1")),
        rejected(
            Decision.Kind.NOT_FOUND,
            "device_id",
            "device 'n1/2' has never registered",
            new Command.ObserveSpeed("n1/2", 0.5, "")),
        rejected(
            Decision.Kind.INVALID,
            "speed_factor",
            "speed factor 0.0 must be above 0",
            new Command.ObserveSpeed("n1/1", 0, "")),
        rejected(
            Decision.Kind.INVALID,
            "speed_factor",
            "speed factor -1.0 must be above 0",
            new Command.ObserveSpeed("n1/1", -1, "")),
        rejected(
            Decision.Kind.INVALID,
            "speed_factor",
            "speed factor NaN must be above 0",
            new Command.ObserveSpeed("n1/1", Double.NaN, "")),
        rejected(
            Decision.Kind.INVALID,
            "speed_factor",
            "speed factor Infinity must be above 0",
            new Command.ObserveSpeed("n1/1", Double.POSITIVE_INFINITY, "")));
  }

  static Stream<Arguments> deploymentRejections() {
    return Stream.of(
        rejected(
            Decision.Kind.EXISTS,
            "spec.name",
            "deployment 'd' exists\nMaybe delete it first, or choose another name.",
            state -> new Command.CreateDeployment(spec("d"), proposal(state, "n1/1"))),
        rejected(
            Decision.Kind.STALE,
            "",
            "the pool changed at revision 4 while the plan was made from 1",
            state -> new Command.CreateDeployment(spec("e"), proposal(1, "n1/1"))),
        rejected(
            Decision.Kind.STALE,
            "",
            "the pool changed at revision 4 while the plan was made from 1",
            new Command.AdoptPlan("d", proposal(1, "n1/1"))),
        rejected(
            Decision.Kind.NOT_FOUND,
            "name",
            "no deployment 'e'\nMaybe see ./hejin deployments.",
            state -> new Command.AdoptPlan("e", proposal(state, "n1/1"))),
        rejected(
            Decision.Kind.NOT_FOUND,
            "name",
            "no deployment 'e'\nMaybe see ./hejin deployments.",
            new Command.DeleteDeployment("e")));
  }

  @ParameterizedTest
  @MethodSource({"rejections", "deploymentRejections"})
  void shouldReject(
      Decision.Kind kind, String field, String message, Function<ClusterState, Command> command) {
    // When
    Decision decision = CommandHandler.decide(state, command.apply(state));

    // Then
    assertThat(decision).isEqualTo(new Decision.Rejected(kind, field, message));
  }

  static Stream<Arguments> nothingToDo() {
    return Stream.of(
        arguments(new Command.RegisterNode(Samples.node("n1", 2))),
        arguments(new Command.LoseNode("n9", "")),
        arguments(new Command.UndrainNode("n1")),
        arguments(new Command.ActivateEpoch("e", 1)),
        arguments(new Command.ActivateEpoch("d", 2)),
        arguments(new Command.ActivateEpoch("d", 0)),
        arguments(new Command.BlockDeployment("e", "no memory")),
        arguments(new Command.FinishDeletion("e")),
        arguments(new Command.FinishDeletion("d")));
  }

  @ParameterizedTest
  @MethodSource("nothingToDo")
  void shouldHaveNothingToDo(Command command) {
    // When
    Decision decision = CommandHandler.decide(state, command);

    // Then
    assertThat(decision).isEqualTo(new Decision.Accepted(List.of()));
  }

  static Stream<Arguments> repeatable() {
    return Stream.of(
        arguments(new Command.LoseNode("n1", "silent")),
        arguments(new Command.DrainNode("n1", "repair")),
        arguments(new Command.ActivateEpoch("d", 1)),
        arguments(new Command.BlockDeployment("d", "no memory")),
        arguments(new Command.DeleteDeployment("d")));
  }

  @ParameterizedTest
  @MethodSource("repeatable")
  void shouldDoOnceWhatIsAskedTwice(Command command) {
    // Given
    Decision first = run(state, command);

    // When
    Decision second = CommandHandler.decide(state, command);

    // Then
    assertThat(first)
        .isInstanceOfSatisfying(
            Decision.Accepted.class, accepted -> assertThat(accepted.events()).hasSize(1));
    assertThat(second).isEqualTo(new Decision.Accepted(List.of()));
  }

  @Test
  void shouldJoinAgainWithOtherCapability() {
    // When
    Decision decision =
        CommandHandler.decide(state, new Command.RegisterNode(Samples.node("n1", 3)));

    // Then
    assertThat(decision)
        .isEqualTo(Decision.Accepted.of(new Event.NodeJoined(Samples.node("n1", 3))));
  }

  @Test
  void shouldJoinAgainAfterLoss() {
    // Given
    run(state, new Command.LoseNode("n1", "silent"));

    // When
    Decision decision =
        CommandHandler.decide(state, new Command.RegisterNode(Samples.node("n1", 2)));

    // Then
    assertThat(decision)
        .isEqualTo(Decision.Accepted.of(new Event.NodeJoined(Samples.node("n1", 2))));
  }

  @Test
  void shouldForgetLostNodeWithAllThatIsKnownOfIt() {
    // Given
    run(state, new Command.DrainNode("n1", "repair"));
    run(state, new Command.ObserveSpeed("n1/1", 0.5, "two windows"));
    run(state, new Command.ObserveSpeed("n2/0", 0.7, "two windows"));
    run(state, new Command.SetDeviceAside("n1/0", "still slow"));
    run(state, new Command.LoseNode("n1", "silent"));

    // When
    run(state, new Command.ForgetNode("n1"));

    // Then
    assertThat(state.nodes()).containsOnlyKeys("n2");
    assertThat(state.speeds()).containsOnlyKeys("n2/0");
    assertThat(state.setAside()).isEmpty();
    run(state, new Command.RegisterNode(Samples.node("n1", 2)));
    assertThat(state.nodes().get("n1")).extracting(NodeEntry::isUsable).isEqualTo(true);
  }

  @Test
  void shouldForgetOnceHoweverOftenItIsAskedFor() {
    // Given
    run(state, new Command.LoseNode("n1", "silent"));
    Command forget = new Command.ForgetNode("n1");
    Decision first = CommandHandler.decide(state, forget, "a");
    ((Decision.Accepted) first).events().forEach(event -> state.apply(event, 1));

    // When
    Decision again = CommandHandler.decide(state, forget, "a");

    // Then
    assertThat(first)
        .isEqualTo(
            Decision.Accepted.of(
                new Event.NodeForgotten("n1"), new Event.RequestAnswered("a", "n1", 0, "")));
    assertThat(again).isEqualTo(new Decision.Accepted(List.of()));
  }

  @Test
  void shouldUndrain() {
    // Given
    run(state, new Command.DrainNode("n1", "repair"));

    // When
    Decision decision = CommandHandler.decide(state, new Command.UndrainNode("n1"));

    // Then
    assertThat(decision).isEqualTo(Decision.Accepted.of(new Event.NodeUndrained("n1")));
  }

  @Test
  void shouldObserveSpeedOfLostDevice() {
    // Given
    run(state, new Command.LoseNode("n1", "silent"));

    // When
    Decision decision =
        CommandHandler.decide(state, new Command.ObserveSpeed("n1/1", 0.5, "two windows"));

    // Then
    assertThat(decision)
        .isEqualTo(Decision.Accepted.of(new Event.SpeedObserved("n1/1", 0.5, "two windows")));
  }

  @Test
  void shouldCreateDeploymentWithItsFirstPlan() {
    // When
    Decision decision =
        CommandHandler.decide(
            state, new Command.CreateDeployment(spec("e"), proposal(state, "n2/0")));

    // Then
    assertThat(decision)
        .isEqualTo(
            Decision.Accepted.of(
                new Event.DeploymentCreated(spec("e")),
                new Event.PlanAdopted(
                    "e",
                    1,
                    "because of n2/0",
                    plan("n2/0", 500),
                    SampleDeployments.load(),
                    10,
                    8)));
  }

  @Test
  void shouldNumberEpochs() {
    // Given
    run(state, new Command.AdoptPlan("d", proposal(state, "n1/1")));

    // When
    Decision decision =
        CommandHandler.decide(state, new Command.AdoptPlan("d", proposal(state, "n2/0")));

    // Then
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Accepted.class,
            accepted ->
                assertThat(accepted.events())
                    .singleElement()
                    .isInstanceOfSatisfying(
                        Event.PlanAdopted.class, e -> assertThat(e.epoch()).isEqualTo(3)));
  }

  @Test
  void shouldTakePlanMadeBeforeChangesThatLeaveThePoolAlone() {
    // Given
    Command.PlanProposal made = proposal(state, "n2/0");
    run(state, new Command.ActivateEpoch("d", 1));
    run(state, new Command.BlockDeployment("d", "no memory"));

    // When
    Decision decision = CommandHandler.decide(state, new Command.AdoptPlan("d", made));

    // Then
    assertThat(decision).isInstanceOf(Decision.Accepted.class);
  }

  static Stream<Arguments> poolChanges() {
    return Stream.of(
        arguments(new Command.RegisterNode(Samples.node("n3", 1))),
        arguments(new Command.LoseNode("n2", "silent")),
        arguments(new Command.DrainNode("n2", "repair")),
        arguments(new Command.ObserveSpeed("n2/0", 0.5, "two windows")));
  }

  @ParameterizedTest
  @MethodSource("poolChanges")
  void shouldRefusePlanMadeBeforeThePoolChanged(Command change) {
    // Given
    Command.PlanProposal made = proposal(state, "n2/0");
    run(state, change);

    // When
    Decision decision = CommandHandler.decide(state, new Command.AdoptPlan("d", made));

    // Then
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Rejected.class,
            rejected -> assertThat(rejected.kind()).isEqualTo(Decision.Kind.STALE));
  }

  @Test
  void shouldLeaveDeploymentThatIsBeingDeletedAlone() {
    // Given
    run(state, new Command.DeleteDeployment("d"));

    // When
    Decision adopt =
        CommandHandler.decide(state, new Command.AdoptPlan("d", proposal(state, "n1/1")));
    Decision block = CommandHandler.decide(state, new Command.BlockDeployment("d", "no memory"));

    // Then
    assertThat(adopt)
        .isEqualTo(
            new Decision.Rejected(
                Decision.Kind.PRECONDITION, "name", "deployment 'd' is being deleted"));
    assertThat(block).isEqualTo(new Decision.Accepted(List.of()));
  }

  @Test
  void shouldFinishDeletion() {
    // Given
    run(state, new Command.DeleteDeployment("d"));

    // When
    Decision decision = CommandHandler.decide(state, new Command.FinishDeletion("d"));

    // Then
    assertThat(decision).isEqualTo(Decision.Accepted.of(new Event.DeploymentDeleted("d")));
  }

  @Test
  void shouldBelieveNothingOfADeviceThatIsUsedAgain() {
    // Given
    run(state, new Command.ObserveSpeed("n1/0", 0.02, "windows"));
    run(state, new Command.SetDeviceAside("n1/0", "slow"));

    // When
    run(state, new Command.RestoreDevice("n1/0", "repaired"));

    // Then
    assertThat(state.setAside()).isEmpty();
    assertThat(state.speeds())
        .hasEntrySatisfying("n1/0", speed -> assertThat(speed.factor()).isEqualTo(1));
    assertThat(CommandHandler.decide(state, new Command.RestoreDevice("n1/0", "repaired")))
        .isEqualTo(Decision.Accepted.of());
  }

  @Test
  void shouldRefuseAPlanThatKnowsNothingOfADeploymentCreatedMeanwhile() {
    // Given: two are planned at once on a pool without deployments
    ClusterState empty = new ClusterState();
    state.nodes().values().forEach(node -> run(empty, new Command.RegisterNode(node.node())));
    Command first = new Command.CreateDeployment(spec("a"), proposal(empty, "n1/1"));
    Command second = new Command.CreateDeployment(spec("b"), proposal(empty, "n1/1"));
    run(empty, first);

    // When
    Decision decision = CommandHandler.decide(empty, second);

    // Then
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Rejected.class,
            rejected -> assertThat(rejected.kind()).isEqualTo(Decision.Kind.STALE));
  }

  @Test
  void shouldRefuseAPlanWhoseMemoryTheOnlyOtherDeploymentHasTakenMeanwhile() {
    // Given: "d" is alone, so that its next plan is no change of the pool
    run(state, new Command.ActivateEpoch("d", 1));
    Command create = new Command.CreateDeployment(spec("e"), proposal(state, "n2/0"));
    long whole = (long) state.usablePool().device("n2/0").orElseThrow().memoryBytes().value();
    Command.PlanProposal next = proposal(state, "n2/0");
    Plan plan = next.plan();
    Plan taking =
        new Plan(
            plan.placement(),
            List.of(new DeviceMemory("n2/0", whole, whole - 1, 0, 0, 1)),
            plan.prediction(),
            List.of(),
            List.of(),
            "hejin");
    run(
        state,
        new Command.AdoptPlan(
            "d",
            new Command.PlanProposal(taking, next.load(), next.poolRevision(), "asked for", 1, 1)));
    assertThat(state.deployment("d").orElseThrow().epoch()).isEqualTo(2);

    // When
    Decision decision = CommandHandler.decide(state, create);

    // Then
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Rejected.class,
            rejected -> assertThat(rejected.kind()).isEqualTo(Decision.Kind.STALE));
  }
}
