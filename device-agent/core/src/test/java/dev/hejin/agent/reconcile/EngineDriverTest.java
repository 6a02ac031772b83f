package dev.hejin.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.agent.model.Directive;
import dev.hejin.agent.model.LayerRoute;
import dev.hejin.agent.model.Precision;
import dev.hejin.agent.model.ServingShape;
import dev.hejin.agent.model.Shard;
import dev.hejin.agent.model.ShardKey;
import dev.hejin.agent.model.ShardKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a device reports when its engine fails. */
class EngineDriverTest {
  private static final Shard LAYER =
      new Shard(new ShardKey(ShardKind.LAYER, 0, ShardKey.NONE, Precision.FP8), 10);
  private static final LayerRoute ROUTE = new LayerRoute(0, 0.5, List.of(), List.of());
  private static final ServingShape SHAPE =
      new ServingShape(1, 1, 1, 1, 1, 1, 1, 5, 1, Precision.FP8, Precision.FP8, List.of(1L), 0);

  private final Engine engine = new Engine();
  private final EngineDriver driver = new EngineDriver("n/0", 100, engine, List.of());

  /** Does at once what it is told, unless it is to fail. */
  private static final class Engine implements EnginePort {
    private Outcome next = Outcome.DONE;
    private String keepFails = "";
    private List<KeptState> kept = new ArrayList<>();

    @Override
    public Action begin(Directive order, List<KeptState> before, List<KeptState> after) {
      Outcome outcome = next;
      return new Action() {
        @Override
        public Optional<Outcome> outcome() {
          return Optional.of(outcome);
        }

        @Override
        public void stop() {}
      };
    }

    @Override
    public Optional<String> keep(List<KeptState> held) {
      if (!keepFails.isEmpty() && held.stream().anyMatch(state -> state.shape() != null)) {
        return Optional.of(keepFails);
      }
      kept = List.copyOf(held);
      return Optional.empty();
    }
  }

  private Execution order(Directive.Action action) {
    return driver.start(new Directive("d", 1, "chat", "n/0", action), 0);
  }

  private void serves() {
    order(new Directive.Load(List.of(LAYER)));
    assertThat(order(new Directive.Activate(List.of(ROUTE), SHAPE)))
        .isEqualTo(new Execution.Done());
  }

  @Test
  void shouldNotReportARouteThatAFailureLeftInDoubt() {
    // Given
    serves();
    engine.next = new EnginePort.Outcome("killed", true);

    // When
    Execution end =
        order(
            new Directive.Activate(List.of(new LayerRoute(0, 0.25, List.of(), List.of())), SHAPE));

    // Then
    assertThat(end).isEqualTo(new Execution.Unsure("killed"));
    assertThat(driver.held().getFirst().routes()).isEmpty();
    assertThat(engine.kept.getFirst().held().routes()).isEmpty();
  }

  @Test
  void shouldKeepWhatItHadWhenTheEngineChangedNothing() {
    // Given
    serves();
    engine.next = new EnginePort.Outcome("busy", false);

    // When
    Execution end =
        order(
            new Directive.Activate(List.of(new LayerRoute(0, 0.25, List.of(), List.of())), SHAPE));

    // Then
    assertThat(end).isEqualTo(new Execution.Refused("busy"));
    assertThat(driver.held().getFirst().routes()).containsExactly(ROUTE);
  }

  @Test
  void shouldNotReportWhatItCouldNotWriteDown() {
    // Given
    order(new Directive.Load(List.of(LAYER)));
    engine.keepFails = "disk full";

    // When
    Execution end = order(new Directive.Activate(List.of(ROUTE), SHAPE));

    // Then
    assertThat(end).isEqualTo(new Execution.Unsure("disk full"));
    assertThat(driver.held().getFirst().routes()).isEmpty();
  }
}
