package dev.hejin.scheduler.lifecycle;

import static dev.hejin.scheduler.lifecycle.SampleDeployments.proposal;
import static dev.hejin.scheduler.lifecycle.SampleDeployments.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
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
      TreeMap<String, DeploymentEntry> deployments) {
    static Contents of(ClusterState state) {
      return new Contents(
          state.revision(),
          state.poolRevision(),
          new TreeMap<>(state.nodes()),
          new TreeMap<>(state.speeds()),
          new TreeMap<>(state.deployments()));
    }
  }

  private static Command command(Random random, ClusterState state) {
    String node = "n" + random.nextInt(3);
    String deployment = "d" + random.nextInt(2);
    String device = node + "/" + random.nextInt(2);
    long epoch = state.deployment(deployment).map(DeploymentEntry::epoch).orElse(1L);
    long stale = random.nextInt(5) == 0 ? 1 : 0;
    Command.PlanProposal plan = proposal(state.poolRevision() - stale, device);
    return switch (random.nextInt(14)) {
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
      default -> new Command.FinishDeletion(deployment);
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldComeToTheSameState(long seed) {
    // Given
    Random random = new Random(seed);
    ClusterState live = new ClusterState();
    List<Logged> log = new ArrayList<>();
    for (int i = 0; i < COMMANDS; i++) {
      Contents before = Contents.of(live);
      Decision decision = CommandHandler.decide(live, command(random, live));
      assertThat(Contents.of(live)).as("deciding changes nothing").isEqualTo(before);
      if (decision instanceof Decision.Accepted accepted) {
        for (Event event : accepted.events()) {
          log.add(new Logged(event, 1000L * i));
          live.apply(event, 1000L * i);
        }
      }
    }

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
}
