package dev.hejin.lab.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.catalog.chip.DeviceCatalog;
import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.pool.PoolFiles;
import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Precision;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StagePhysicsTest {
  private static final ModelSpec MODEL = ModelCatalog.bundled().model("qwen3-30b-a3b");
  private static final int DEVICES = 16;

  private static TruePool pool() {
    return new TruePool(
        PoolFiles.parse(
                InputFile.of(
                    "pool",
                    "{name: p, nodes: [{name: n, count: 2, vendor: NVIDIA, chip: H20,"
                        + " devices: 8, networkGbitPerSecond: 400}]}"),
                DeviceCatalog.shipped())
            .nodes(),
        1);
  }

  private static StagePhysics stage(TruePool pool, WorldLaws laws) {
    double[] even = new double[DEVICES];
    Arrays.fill(even, 1.0 / DEVICES);
    StagePhysics stage =
        new StagePhysics(
            pool,
            new StageSpec(
                MODEL,
                IntStream.range(0, DEVICES).toArray(),
                0,
                MODEL.layers().size(),
                Precision.BF16,
                Precision.BF16,
                true),
            laws,
            even);
    int experts = MODEL.layers().getFirst().routedExperts();
    double[] share = new double[experts];
    Arrays.fill(share, 1.0 / experts);
    for (int layer = 0; layer < MODEL.layers().size(); layer++) {
      stage.setExperts(layer, IntStream.range(0, experts).map(e -> e % DEVICES).toArray(), share);
    }
    stage.refresh();
    return stage;
  }

  private static WorldLaws exact(double overlap) {
    return new WorldLaws(overlap, 0, 0, 0, 20_000);
  }

  private static StepWork decode(double sequences) {
    StepWork work = new StepWork();
    work.decodeTokens = sequences;
    work.decodeAttended = sequences * 1000;
    work.textSquares = sequences;
    return work;
  }

  private static double seconds(StagePhysics stage, StepWork work) {
    SplittableRandom random = new SplittableRandom(1);
    double sum = 0;
    for (int i = 0; i < 50; i++) {
      sum += stage.seconds(work, random);
    }
    return sum / 50;
  }

  @Test
  void shouldWaitForTheSlowestDeviceInEachLayer() {
    // Given
    TruePool pool = pool();
    StagePhysics stage = stage(pool, exact(0));
    double before = seconds(stage, decode(4000));
    double balanceBefore = stage.lastBalance();
    double[] ownBefore = stage.ownSeconds(decode(4000));

    // When
    pool.setSpeed(5, 0.5);
    stage.refresh();

    // Then: all that computes takes twice as long, exchanges do not
    double after = seconds(stage, decode(4000));
    double[] own = stage.ownSeconds(decode(4000));
    assertThat(own[5]).isCloseTo(2 * ownBefore[5], within(1e-6));
    assertThat(own[4]).isCloseTo(ownBefore[4], within(1e-9));
    assertThat(after).isBetween(before + 0.85 * ownBefore[5], before + 1.3 * ownBefore[5]);
    assertThat(stage.lastBalance()).isLessThan(0.7 * balanceBefore);
  }

  @Test
  void shouldHideAShareOfExchangesOnly() {
    // Given, When
    TruePool pool = pool();
    double serial = seconds(stage(pool, exact(0)), decode(8000));
    double half = seconds(stage(pool, exact(0.5)), decode(8000));
    double perfect = seconds(stage(pool, exact(1)), decode(8000));

    // Then
    assertThat(perfect).isLessThan(half);
    assertThat(half).isCloseTo((serial + perfect) / 2, within(1e-6));
    assertThat(serial / perfect).isBetween(1.05, 2.0);
  }

  @Test
  void shouldLackTheNetworkThatLoadsTake() {
    // Given
    TruePool pool = pool();
    StagePhysics stage = stage(pool, exact(0));
    double before = seconds(stage, decode(8000));

    // When: half of a node's 50 GB/s
    pool.setLoads(1, 22.5e9);
    stage.refresh();

    // Then: exchanges over the network take twice as long
    double during = seconds(stage, decode(8000));
    pool.setLoads(1, 0);
    stage.refresh();
    assertThat(during).isGreaterThan(1.05 * before);
    assertThat(seconds(stage, decode(8000))).isCloseTo(before, within(1e-9));
  }

  @Test
  void shouldTakeLongerForMoreTokensAndLessForEach() {
    // Given
    StagePhysics stage = stage(pool(), exact(0.5));

    // When
    double few = seconds(stage, decode(100));
    double some = seconds(stage, decode(1000));
    double many = seconds(stage, decode(10_000));

    // Then
    assertThat(some).isGreaterThan(few);
    assertThat(many).isGreaterThan(some);
    assertThat(many / 10_000).isLessThan(some / 1000);
    assertThat(some / 1000).isLessThan(few / 100);
  }

  @Test
  void shouldBeMoreUnevenWhenFewTextsShareAnIteration() {
    // Given
    StagePhysics stage = stage(pool(), new WorldLaws(0.5, 2, 0.02, 0.8, 20_000));
    StepWork one = decode(4000);
    StepWork few = decode(4000);
    few.textSquares = 4000.0 * 4000 / 32;

    // When
    double manyTexts = seconds(stage, one);
    double balance = stage.lastBalance();
    double fewTexts = seconds(stage, few);

    // Then
    assertThat(fewTexts).isGreaterThan(1.05 * manyTexts);
    assertThat(stage.lastBalance()).isLessThan(balance - 0.1);
  }
}
