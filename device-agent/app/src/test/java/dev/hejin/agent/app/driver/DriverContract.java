package dev.hejin.agent.app.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.agent.model.Directive;
import dev.hejin.agent.model.HeldState;
import dev.hejin.agent.model.LayerRoute;
import dev.hejin.agent.model.Precision;
import dev.hejin.agent.model.ServingShape;
import dev.hejin.agent.model.Shard;
import dev.hejin.agent.model.ShardKey;
import dev.hejin.agent.model.ShardKind;
import dev.hejin.agent.reconcile.DeviceDriver;
import dev.hejin.agent.reconcile.DirectiveQueue;
import dev.hejin.agent.reconcile.DirectiveResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every driver promises, whatever engine is behind it. */
abstract class DriverContract {
  static final String DEVICE = "node/0";
  static final String DEPLOYMENT = "chat";
  static final long MEMORY_BYTES = 1000;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  static final Shard LAYER = shard(ShardKind.LAYER, ShardKey.NONE, 300);
  static final Shard FIRST = shard(ShardKind.EXPERT, 1, 200);
  static final Shard SECOND = shard(ShardKind.EXPERT, 2, 200);

  private long epoch;

  /** A driver of a device of {@link #MEMORY_BYTES}, over what the last one left. */
  abstract DeviceDriver driver() throws Exception;

  /** False of drivers whose devices are gone with the process. */
  boolean outlivesTheAgent() {
    return true;
  }

  @Test
  void shouldLoadServeAndReleaseInTheOrderOfTheBooks() throws Exception {
    // Given
    DeviceDriver driver = driver();

    // When
    DirectiveResult loaded = run(driver, load(LAYER, FIRST));
    DirectiveResult served = run(driver, activate(1.0, 1));
    DirectiveResult inUse = run(driver, release(FIRST));
    DirectiveResult changed = run(driver, activate(1.0));
    DirectiveResult released = run(driver, release(FIRST));

    // Then
    assertThat(loaded.done()).as(loaded.reason()).isTrue();
    assertThat(served.done()).as(served.reason()).isTrue();
    assertThat(inUse.done()).isFalse();
    assertThat(inUse.reason()).contains("is served by node/0").contains("Maybe");
    assertThat(changed.done()).isTrue();
    assertThat(released.done()).isTrue();
    assertThat(only(driver).shards()).containsExactly(LAYER);
  }

  @Test
  void shouldDoARepeatedOrderOnce() throws Exception {
    // Given
    DeviceDriver driver = driver();
    run(driver, load(LAYER, FIRST));
    run(driver, activate(1.0, 1));

    // When
    List<DirectiveResult> again =
        List.of(
            run(driver, load(LAYER, FIRST)),
            run(driver, activate(1.0, 1)),
            run(driver, release(SECOND)));

    // Then
    assertThat(again).allMatch(DirectiveResult::done);
    assertThat(driver.memoryUsedBytes()).isEqualTo(600);
    assertThat(only(driver).shards()).containsExactly(LAYER, FIRST);
  }

  @Test
  void shouldChangeNothingWhenItRefuses() throws Exception {
    // Given
    DeviceDriver driver = driver();
    run(driver, load(LAYER, FIRST));
    List<HeldState> before = driver.held();

    // When
    DirectiveResult tooMuch = run(driver, load(shard(ShardKind.EXPERT, 7, 600)));
    DirectiveResult notLoaded = run(driver, activate(1.0, 1, 2));

    // Then
    assertThat(tooMuch.done()).isFalse();
    assertThat(tooMuch.reason()).contains("500 of 1000 bytes free").contains("Maybe");
    assertThat(notLoaded.done()).isFalse();
    assertThat(notLoaded.reason()).contains("expert 2 of layer 0 is not loaded");
    assertThat(driver.held()).isEqualTo(before);
  }

  @Test
  void shouldReportAfterARestartWhatIsLoaded() throws Exception {
    // Given
    DeviceDriver first = driver();
    run(first, load(LAYER, FIRST, SECOND));
    run(first, activate(1.0, 1));
    run(first, release(SECOND));

    // When
    DeviceDriver next = driver();

    // Then
    assertThat(next.held()).isEqualTo(outlivesTheAgent() ? first.held() : List.of());
    assertThat(next.memoryUsedBytes()).isEqualTo(outlivesTheAgent() ? 600 : 0);
  }

  /** Runs an order to its end, as the agent's queue does. */
  static DirectiveResult run(DeviceDriver driver, Directive order) throws InterruptedException {
    DirectiveQueue queue = new DirectiveQueue(driver);
    queue.add(order);
    List<DirectiveResult> results = new ArrayList<>();
    long end = System.nanoTime() + LIMIT.toNanos();
    while (results.isEmpty() && System.nanoTime() < end) {
      DirectiveQueue.Progress progress = queue.run(System.nanoTime());
      results.addAll(progress.results());
      Thread.sleep(Duration.ofNanos(progress.waitNanos().orElse(0)));
    }
    assertThat(results).as("%s ends", order).hasSize(1);
    return results.getFirst();
  }

  Directive load(Shard... shards) {
    return order(new Directive.Load(List.of(shards)));
  }

  Directive release(Shard shard) {
    return order(new Directive.Release(List.of(shard.key())));
  }

  Directive activate(double tokenShare, Integer... experts) {
    List<Double> shares = List.of(experts).stream().map(expert -> 1.0).toList();
    LayerRoute route = new LayerRoute(0, tokenShare, List.of(experts), shares);
    return order(new Directive.Activate(List.of(route), SHAPE));
  }

  private Directive order(Directive.Action action) {
    epoch++;
    return new Directive("d" + epoch, epoch, DEPLOYMENT, DEVICE, action);
  }

  static HeldState only(DeviceDriver driver) {
    assertThat(driver.held()).hasSize(1);
    return driver.held().getFirst();
  }

  private static Shard shard(ShardKind kind, int expert, long bytes) {
    return new Shard(new ShardKey(kind, 0, expert, Precision.FP8), bytes);
  }

  static final ServingShape SHAPE =
      new ServingShape(
          8, 128, 64, 1, 8, 2.0, 4.0, 100, 50, Precision.BF16, Precision.FP8, List.of(1000L), 0);
}
