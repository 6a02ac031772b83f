package dev.hejin.scheduler.lifecycle;

import static dev.hejin.scheduler.lifecycle.SampleDeployments.proposal;
import static dev.hejin.scheduler.lifecycle.SampleDeployments.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.scheduler.model.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random commands, as an operator and a flaky cluster would give them; a failure names the seed.
 */
class ReplayTest {
  private static final int COMMANDS = 400;

  private record Logged(Event event, long timeMillis) {}

  private record Contents(
      long revision,
      long poolRevision,
      TreeMap<String, NodeEntry> nodes,
      TreeMap<String, SpeedEntry> speeds,
      TreeMap<String, DeploymentEntry> deployments,
      TreeMap<String, String> setAside,
      Optional<LeaderEntry> leader,
      List<StatePart> snapshot) {
    static Contents of(ClusterState state) {
      return new Contents(
          state.revision(),
          state.poolRevision(),
          new TreeMap<>(state.nodes()),
          new TreeMap<>(state.speeds()),
          new TreeMap<>(state.deployments()),
          new TreeMap<>(state.setAside()),
          state.leader(),
          state.snapshot());
    }
  }

  private static Command command(Random random, ClusterState state) {
    String node = "n" + random.nextInt(3);
    String deployment = "d" + random.nextInt(2);
    String device = node + "/" + random.nextInt(2);
    long epoch = state.deployment(deployment).map(DeploymentEntry::epoch).orElse(1L);
    long stale = random.nextInt(5) == 0 ? 1 : 0;
    Command.PlanProposal plan = proposal(state.poolRevision() - stale, device);
    return switch (random.nextInt(21)) {
      case 0 -> new Command.RegisterNode(Samples.node(node, 1 + random.nextInt(2)));
      case 1 -> new Command.LoseNode(node, "silent");
      case 2 -> new Command.DrainNode(node, "repair");
      case 3 -> new Command.UndrainNode(node);
      case 4 -> new Command.ObserveSpeed(device, random.nextDouble(), "two windows");
      case 5, 6 -> new Command.CreateDeployment(spec(deployment), plan);
      case 7, 8, 9 -> new Command.AdoptPlan(deployment, plan);
      case 10 -> new Command.ActivateEpoch(deployment, epoch);
      case 11 -> new Command.BlockDeployment(deployment, "no memory");
      case 12 -> new Command.DeleteDeployment(deployment);
      case 13 -> new Command.FinishDeletion(deployment);
      case 14 -> new Command.Lead("s" + random.nextInt(3) + ":7171");
      case 15 -> new Command.PauseMigration(deployment, "night");
      case 16 -> new Command.ResumeMigration(deployment);
      case 17 -> new Command.RollBackMigration(deployment, "too slow", 5, 2);
      case 18 -> new Command.ForgetNode(node);
      case 19 -> new Command.SetDeviceAside(device, "still slow");
      default -> new Command.RestoreDevice(device, "repaired");
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldComeToTheSameState(long seed) {
    // Given
    ClusterState live = new ClusterState();
    List<Logged> log = record(seed, live);

    // When
    ClusterState replayed = new ClusterState();
    log.forEach(logged -> replayed.apply(logged.event(), logged.timeMillis()));

    // Then
    assertThat(Contents.of(replayed)).isEqualTo(Contents.of(live));
    assertThat(live.revision()).isEqualTo(log.size()).isGreaterThan(COMMANDS / 4);
    assertThat(log)
        .<String>extracting(logged -> logged.event().getClass().getSimpleName())
        .containsAll(
            Arrays.stream(Event.class.getPermittedSubclasses()).map(Class::getSimpleName).toList());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldComeToTheSameStateFromASnapshotAnywhere(long seed) {
    // Given
    ClusterState live = new ClusterState();
    List<Logged> log = record(seed, live);
    ClusterState whole = new ClusterState();
    for (int i = 0; i < log.size(); i++) {
      whole.apply(log.get(i).event(), log.get(i).timeMillis());
      if (i % 37 != 0 && i != log.size() - 1) {
        continue;
      }

      // When
      ClusterState restored = new ClusterState();
      restored.apply(new Event.NodeLost("stranger", "left over"), 1);
      restored.restore(whole.snapshot());
      assertThat(Contents.of(restored)).isEqualTo(Contents.of(whole));
      log.subList(i + 1, log.size())
          .forEach(logged -> restored.apply(logged.event(), logged.timeMillis()));

      // Then
      assertThat(Contents.of(restored)).as("from event %d on", i).isEqualTo(Contents.of(live));
    }
  }

  @Test
  void shouldRefuseSnapshotThatIsNotWhole() {
    // Given
    ClusterState state = new ClusterState();
    record(1, state);
    List<StatePart> parts = state.snapshot();

    // When, then
    assertThatThrownBy(() -> new ClusterState().restore(parts.subList(0, parts.size() - 1)))
        .isInstanceOf(IllegalArgumentException.class);
    List<StatePart> holed = new ArrayList<>(parts);
    holed.remove(1);
    assertThatThrownBy(() -> new ClusterState().restore(holed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not whole");
  }

  @Test
  void shouldMakeAChangeOnceHoweverOftenItIsAskedFor() {
    // Given
    ClusterState state = new ClusterState();
    state.apply(new Event.NodeJoined(Samples.node("n1", 1)), 1);
    apply(state, new Command.DrainNode("n1", "repair"), "a");
    apply(state, new Command.UndrainNode("n1"), "b");
    long revision = state.revision();

    // When
    apply(state, new Command.DrainNode("n1", "repair"), "a");

    // Then
    assertThat(state.revision()).isEqualTo(revision);
    assertThat(state.nodes().get("n1")).extracting(NodeEntry::drained).isEqualTo(false);
    assertThat(state.request("a")).contains(new RequestEntry("a", "n1", 0, "", revision - 2));
  }

  @Test
  void shouldRememberOnlyTheLastRequests() {
    // Given
    ClusterState state = new ClusterState();

    // When
    for (int i = 0; i <= RequestEntry.HISTORY; i++) {
      state.apply(new Event.RequestAnswered("r" + i, "n1", 0, ""), i);
    }

    // Then
    assertThat(state.request("r0")).isEmpty();
    assertThat(state.request("r1")).isPresent();
    assertThat(state.snapshot()).hasSize(RequestEntry.HISTORY + 2);
  }

  private static void apply(ClusterState state, Command command, String requestId) {
    if (CommandHandler.decide(state, command, requestId) instanceof Decision.Accepted accepted) {
      accepted.events().forEach(event -> state.apply(event, 1));
    }
  }

  /** Lets random commands happen; the log of what they came to. */
  private static List<Logged> record(long seed, ClusterState live) {
    Random random = new Random(seed);
    List<Logged> log = new ArrayList<>();
    for (int i = 0; i < COMMANDS; i++) {
      Contents before = Contents.of(live);
      String request = random.nextInt(3) == 0 ? "request-" + random.nextInt(2 * COMMANDS) : "";
      Decision decision = CommandHandler.decide(live, command(random, live), request);
      assertThat(Contents.of(live)).as("deciding changes nothing").isEqualTo(before);
      if (decision instanceof Decision.Accepted accepted) {
        for (Event event : accepted.events()) {
          log.add(new Logged(event, 1000L * i));
          live.apply(event, 1000L * i);
        }
      }
    }

    return log;
  }
}
