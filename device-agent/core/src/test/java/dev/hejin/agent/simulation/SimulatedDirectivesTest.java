package dev.hejin.agent.simulation;

import static dev.hejin.agent.reconcile.Shards.expert;
import static dev.hejin.agent.reconcile.Shards.layer;
import static dev.hejin.agent.reconcile.Shards.route;
import static dev.hejin.agent.reconcile.Shards.shape;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.agent.model.Directive;
import dev.hejin.agent.reconcile.DeviceDriver;
import dev.hejin.agent.reconcile.DirectiveQueue;
import dev.hejin.agent.reconcile.DirectiveResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Orders to one simulated device, on a clock of the test's own. */
class SimulatedDirectivesTest {
  private static final long SECOND = 1_000_000_000;
  private static final long GB = 1_000_000_000;

  private final DeviceDriver driver =
      new SimulatedWorld(List.of(spec()), new SimulationSettings(1, 2, 0.001)).driver("n/0");
  private final DirectiveQueue queue = new DirectiveQueue(driver);

  @Test
  void shouldTakeBytesThroughStorageToLoad() {
    // Given: 4 GB at 2 GB/s, twice as fast as real time
    queue.add(directive("a", new Directive.Load(List.of(layer(0, 4 * GB)))));

    // When
    DirectiveQueue.Progress start = queue.run(0);
    DirectiveQueue.Progress early = queue.run(SECOND - 1);
    DirectiveQueue.Progress end = queue.run(SECOND);

    // Then
    assertThat(start.waitNanos()).hasValue(SECOND);
    assertThat(early.results()).isEmpty();
    assertThat(end.results()).containsExactly(new DirectiveResult("a", 7, true, "", 4 * GB));
    assertThat(end.waitNanos()).isEmpty();
  }

  @Test
  void shouldKeepOrdersInLine() {
    // Given
    queue.add(directive("a", new Directive.Load(List.of(layer(0, GB), expert(0, 1, GB)))));
    queue.add(directive("b", new Directive.Activate(List.of(route(0, 1, 1)), shape(GB))));
    queue.add(directive("c", new Directive.Release(List.of(expert(0, 1, GB).key()))));

    // When
    List<DirectiveResult> results = runToTheEnd();

    // Then
    assertThat(results).extracting(DirectiveResult::directiveId).containsExactly("a", "b", "c");
    assertThat(results).extracting(DirectiveResult::done).containsExactly(true, true, false);
    assertThat(results.getLast().reason()).contains("served");
  }

  @Test
  void shouldAnswerAnOrderThatWaitsTwiceOnlyOnce() {
    // Given
    Directive load = directive("a", new Directive.Load(List.of(layer(0, GB))));
    queue.add(load);
    queue.run(0);

    // When
    boolean added = queue.add(load);

    // Then
    assertThat(added).isFalse();
    assertThat(runToTheEnd()).hasSize(1);
  }

  @Test
  void shouldAnswerAnOrderAgainThatWasDone() {
    // Given
    Directive load = directive("a", new Directive.Load(List.of(layer(0, GB))));
    queue.add(load);
    runToTheEnd();

    // When
    queue.add(load);
    DirectiveQueue.Progress again = queue.run(10 * SECOND);

    // Then
    assertThat(again.results()).containsExactly(new DirectiveResult("a", 7, true, "", GB));
  }

  @Test
  void shouldKeepShardsThatHaveArrivedWhenOrdersAreForgotten() {
    // Given
    queue.add(directive("a", new Directive.Load(List.of(layer(0, 2 * GB), expert(0, 1, 2 * GB)))));
    queue.run(0);
    queue.run(3 * SECOND / 4);

    // When
    queue.clear(3 * SECOND / 4);

    // Then
    assertThat(driver.held().getFirst().shards()).containsExactly(layer(0, 2 * GB));
    assertThat(driver.memoryUsedBytes()).isEqualTo(2 * GB);
    assertThat(queue.run(SECOND).waitNanos()).isEmpty();
  }

  private List<DirectiveResult> runToTheEnd() {
    List<DirectiveResult> results = new ArrayList<>();
    long now = 0;
    while (true) {
      DirectiveQueue.Progress progress = queue.run(now);
      results.addAll(progress.results());
      if (progress.waitNanos().isEmpty()) {
        return results;
      }
      now += progress.waitNanos().getAsLong();
    }
  }

  private static Directive directive(String id, Directive.Action action) {
    return new Directive(id, 7, "m", "n/0", action);
  }

  private static SimulatedDeviceSpec spec() {
    return new SimulatedDeviceSpec("n", "n/0", "X", 10 * GB, 1e12, Map.of(), 100e9, 2e9, 1);
  }
}
