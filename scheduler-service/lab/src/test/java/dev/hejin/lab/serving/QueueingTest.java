package dev.hejin.lab.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.catalog.chip.DeviceCatalog;
import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.pool.PoolFiles;
import dev.hejin.lab.event.EventQueue;
import dev.hejin.lab.physics.StagePhysics;
import dev.hejin.lab.physics.StageSpec;
import dev.hejin.lab.physics.StepWork;
import dev.hejin.lab.physics.TruePool;
import dev.hejin.lab.physics.WorldLaws;
import dev.hejin.lab.scenario.Serving;
import dev.hejin.lab.traffic.RequestSource;
import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The serving engine where theory knows the answer, and its books. */
class QueueingTest {
  private static final ModelSpec MODEL = ModelCatalog.bundled().model("llama-3.1-8b");
  private static final int PROMPT = 2000;

  /** Poisson requests of one size. */
  private static final class Equal implements RequestSource {
    private final SplittableRandom random;
    private final double rate;
    private final int output;
    private int left;
    private double seconds;

    Equal(double rate, int output, int count, long seed) {
      this.random = new SplittableRandom(seed);
      this.rate = rate;
      this.output = output;
      this.left = count + 1;
      next();
    }

    @Override
    public double seconds() {
      return seconds;
    }

    @Override
    public int promptTokens() {
      return PROMPT;
    }

    @Override
    public int outputTokens() {
      return output;
    }

    @Override
    public void next() {
      left--;
      seconds =
          left > 0 ? seconds - Math.log1p(-random.nextDouble()) / rate : Double.POSITIVE_INFINITY;
    }
  }

  /** Keeps what it is told. */
  private static final class Notes implements ServiceObserver {
    final List<Double> waits = new ArrayList<>();
    final List<Double> perToken = new ArrayList<>();
    double tokens;
    int arrived;
    int finished;
    int refused;
    double busySeconds;

    @Override
    public void arrived(double seconds) {
      arrived++;
    }

    @Override
    public void refused(double arrivalSeconds) {
      refused++;
    }

    @Override
    public void tokens(double seconds, double count) {
      tokens += count;
    }

    @Override
    public void first(double arrivalSeconds, double seconds) {
      waits.add(seconds - arrivalSeconds);
    }

    @Override
    public void finished(
        double arrivalSeconds, double firstSeconds, double seconds, int outputTokens) {
      finished++;
      perToken.add((seconds - firstSeconds) / Math.max(1, outputTokens - 1));
    }

    @Override
    public void unfinished(double arrivalSeconds, double firstSeconds, double endSeconds) {
      throw new IllegalStateException("a request was not served");
    }

    @Override
    public void stage(
        int stage,
        int group,
        double waitedSinceSeconds,
        double startSeconds,
        double endSeconds,
        StagePhysics physics,
        StepWork work) {
      busySeconds += endSeconds - startSeconds;
    }
  }

  private static List<StagePhysics> stages(int count) {
    TruePool pool =
        new TruePool(
            PoolFiles.parse(
                    InputFile.of(
                        "pool",
                        "{name: p, nodes: [{name: n, vendor: NVIDIA, chip: H20, devices: 4,"
                            + " networkGbitPerSecond: 3200}]}"),
                    DeviceCatalog.shipped())
                .nodes(),
            1);
    WorldLaws laws = new WorldLaws(0, 0, 0, 0, 10_000);
    List<StagePhysics> stages = new ArrayList<>();
    int layers = MODEL.layers().size();
    for (int s = 0; s < count; s++) {
      stages.add(
          new StagePhysics(
              pool,
              new StageSpec(
                  MODEL,
                  new int[] {s},
                  s * layers / count,
                  (s + 1) * layers / count,
                  Precision.BF16,
                  Precision.BF16,
                  s == count - 1),
              laws,
              new double[] {1}));
    }
    return stages;
  }

  private static Notes serve(Serving serving, RequestSource source, int stages) {
    Notes notes = new Notes();
    EventQueue events = new EventQueue();
    ServingEngine engine =
        new ServingEngine(0, serving, source, events, notes, new SplittableRandom(1));
    engine.layout(0, stages(stages), 1_000_000);
    double now = 0;
    while (!events.isEmpty()) {
      now = events.nextSeconds();
      engine.handle(now, events.take());
    }
    engine.close(now);
    return notes;
  }

  private static double promptSeconds() {
    return serve(new Serving(1, 4096, 4096, 0, 1000), new Equal(1e-3, 1, 1, 1), 1).busySeconds;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.3, 0.5})
  void shouldWaitAsLongAsTheFormulaOfAQueueWithConstantService(double load) {
    // Given: one request at a time, all alike: M/D/1
    double service = promptSeconds();
    int count = 60_000;

    // When
    Notes notes =
        serve(new Serving(1, 4096, 4096, 0, 1_000_000), new Equal(load / service, 1, count, 11), 1);

    // Then: Pollaczek and Khinchine
    double wait = load * service / (2 * (1 - load));
    double mean = notes.waits.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    assertThat(notes.waits).hasSize(count);
    assertThat((mean - service) / wait).isCloseTo(1, within(0.05));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void shouldServeEveryTokenOfEveryRequestOnce(int stages) {
    // Given: sequences longer than the ring reaches
    int output = Group.RING + 300;
    int count = 12;

    // When
    Notes notes = serve(new Serving(8, 4096, 900, 0, 1000), new Equal(1, output, count, 5), stages);

    // Then
    assertThat(notes.arrived).isEqualTo(count);
    assertThat(notes.finished).isEqualTo(count);
    assertThat(notes.tokens).isEqualTo((double) count * output);
    assertThat(notes.refused).isZero();
  }

  @Test
  void shouldLoseNoRequestWhenStagesChangeAndDevicesFallAway() {
    // Given
    Notes notes = new Notes();
    EventQueue events = new EventQueue();
    int count = 300;
    int output = 120;
    ServingEngine engine =
        new ServingEngine(
            0,
            new Serving(64, 4096, 4096, 0, 1000),
            new Equal(20, output, count, 5),
            events,
            notes,
            new SplittableRandom(1));
    engine.layout(0, stages(1), 1_000_000);
    int handled = 0;
    double now = 0;

    // When: every so often another number of stages, and a loss of a third of all caches
    while (!events.isEmpty()) {
      now = events.nextSeconds();
      engine.handle(now, events.take());
      handled++;
      if (handled % 50 == 0) {
        engine.layout(now, stages(1 + handled / 50 % 4), 1_000_000);
      }
      if (handled % 170 == 0) {
        engine.stall();
        engine.lose(0.3, new SplittableRandom(handled));
        engine.resume(now + 1);
      }
    }
    engine.close(now);

    // Then: answers that were begun keep the tokens they have
    assertThat(handled).isGreaterThan(400);
    assertThat(notes.finished).isEqualTo(count);
    assertThat(notes.tokens).isEqualTo((double) count * output);
  }

  @Test
  void shouldRefuseWhatCanNeverFitAndWhatFindsTheQueueFull() {
    // Given: a request of 2,000 and 1,500,000 tokens does not fit a cache of 1,000,000
    Serving serving = new Serving(8, 4096, 900, 0, 1000);
    Serving narrow = new Serving(1, 4096, 4096, 0, 2);

    // When
    Notes tooLong = serve(serving, new Equal(1, 1_500_000, 3, 5), 1);
    Notes crowded = serve(narrow, new Equal(1000, 1, 50, 5), 1);

    // Then
    assertThat(tooLong.refused).isEqualTo(3);
    assertThat(crowded.refused).isPositive();
    assertThat(crowded.refused + crowded.finished).isEqualTo(50);
  }

  @Test
  void shouldFillAPipelineOnceThereIsWorkForEachStage() {
    // Given
    Serving serving = new Serving(64, 4096, 4096, 0, 1000);

    // When
    Notes one = serve(serving, new Equal(1000, 200, 64, 5), 1);
    Notes four = serve(serving, new Equal(1000, 200, 64, 5), 4);

    // Then: a stage of a quarter of the layers reads a quarter of the weights
    double single = one.perToken.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    double piped = four.perToken.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    assertThat(piped).isLessThan(1.7 * single);
    assertThat(four.tokens).isEqualTo(one.tokens);
  }
}
