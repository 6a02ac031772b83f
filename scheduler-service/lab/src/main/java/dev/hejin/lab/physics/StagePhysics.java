package dev.hejin.lab.physics;

import dev.hejin.lab.chance.Normals;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Time of one microbatch on one stage:
 *
 * <pre>
 * layer = slowest device's attention and dense parts + slowest device's experts
 *       + exchange - what hides + kernel starts
 * stage = all layers + head or hop to the next stage + overhead
 * </pre>
 *
 * <p>Devices of a stage meet before and after the experts of each layer; who is first waits. What
 * hides is a share of the shorter of exchange and of that computation which grows with tokens.
 */
public final class StagePhysics {
  /** Starting the kernels of one layer that nothing hides. Assumed. */
  private static final double LAYER_START_SECONDS = 12e-6;

  /** Scheduling and sampling of one microbatch on one stage. Assumed. */
  private static final double STEP_SECONDS = 1e-3;

  /**
   * Texts of one service are alike: however many there are, they are as uneven together as one in
   * so many. Fitted with the spread of texts, see the lab's document.
   */
  public static final double ALIKE = 1.0 / 1400;

  private static final double HOP_START_SECONDS = 30e-6;

  private final TruePool pool;
  private final StageSpec spec;
  private final WorldLaws laws;
  private final int size;
  private final int moeLayers;
  private final List<LayerClass> classes;
  private final ExpertTables tables;
  private final double[] tokenShare;
  private final float[] inverseSpeed;
  private final double[] memoryRate;
  private final double[] denseOps;
  private final double[] wideOps;
  private final double[] halfTokens;
  private final double[] networkRate;
  private final double denseBytes;
  private final double cacheBytes;
  private final Exchange[] exchange;
  private final double[][] loadByDevice;

  private double lastBalance;
  private double lastOwnSeconds;
  private double lastExchangeSeconds;

  /**
   * @param tokenShare share of the stage's tokens whose attention each device does
   */
  public StagePhysics(TruePool pool, StageSpec spec, WorldLaws laws, double[] tokenShare) {
    this.pool = pool;
    this.spec = spec;
    this.laws = laws;
    this.size = spec.devices().length;
    this.tokenShare = tokenShare.clone();
    this.classes = LayerClass.of(spec.model(), spec.firstLayer(), spec.endLayer());
    int layers = spec.endLayer() - spec.firstLayer();
    this.moeLayers =
        (int)
            spec.model().layers().subList(spec.firstLayer(), spec.endLayer()).stream()
                .filter(LayerSpec::isMoe)
                .count();
    this.tables = new ExpertTables(layers, size, laws.mostTokens());
    this.inverseSpeed = new float[size];
    this.denseBytes = ExpertTables.weightBytes(spec.precision());
    this.cacheBytes = spec.model().kvPrecision().bytesPerWeight();
    this.memoryRate = new double[size];
    this.denseOps = new double[size];
    this.wideOps = new double[size];
    this.halfTokens = new double[size];
    this.networkRate = new double[size];
    for (int d = 0; d < size; d++) {
      memoryRate[d] = rates(d).memoryBytesPerSecond();
      denseOps[d] = rates(d).ops(spec.precision());
      wideOps[d] = rates(d).ops(Precision.BF16);
      halfTokens[d] = rates(d).halfRateTokens();
    }
    this.exchange = new Exchange[layers];
    this.loadByDevice = new double[layers][0];
    Arrays.fill(exchange, Exchange.NONE);
    refresh();
  }

  public StageSpec spec() {
    return spec;
  }

  /** Share of the stage's tokens whose attention a device does. */
  public double tokenShare(int d) {
    return tokenShare[d];
  }

  /**
   * Takes the experts of a layer.
   *
   * @param device stage-local number of each slot's device
   * @param share of the layer's routed tokens that each slot gets
   */
  public void setExperts(int layer, int[] device, double[] share) {
    LayerSpec of = spec.model().layers().get(layer);
    ExpertTables.ExpertCost[] cost = new ExpertTables.ExpertCost[size];
    for (int d = 0; d < size; d++) {
      cost[d] =
          ExpertTables.ExpertCost.of(
              of, spec.model().hiddenSize(), spec.expertPrecision(), rates(d));
    }
    int local = layer - spec.firstLayer();
    tables.set(local, device, share, cost, of.expertsPerToken(), laws.textSpread());
    double[] got = new double[size];
    for (int slot = 0; slot < device.length; slot++) {
      got[device[slot]] += share[slot] * size;
    }
    loadByDevice[local] = got;
  }

  /** Speeds or networks changed, or experts were set. */
  public void refresh() {
    for (int d = 0; d < size; d++) {
      int device = spec.devices()[d];
      inverseSpeed[d] = (float) (1 / pool.speed(device));
      networkRate[d] = rates(d).networkBytesPerSecond() * pool.network(pool.node(device));
    }
    tables.sum(inverseSpeed);
    Exchange last = Exchange.NONE;
    LayerSpec lastLayer = null;
    for (int i = 0; i < exchange.length; i++) {
      LayerSpec layer = spec.model().layers().get(spec.firstLayer() + i);
      boolean same =
          lastLayer != null
              && lastLayer.expertsPerToken() == layer.expertsPerToken()
              && lastLayer.isMoe() == layer.isMoe();
      last = same ? last : Exchange.of(pool, spec, layer, tokenShare);
      lastLayer = layer;
      exchange[i] = last;
    }
  }

  private TrueRates rates(int d) {
    return pool.rates(spec.devices()[d]);
  }

  /** Seconds of one iteration; what it did can be asked afterwards. */
  public double seconds(StepWork work, SplittableRandom chance) {
    double tokens = work.tokens();
    double own = 0;
    double all = STEP_SECONDS + tail(work);
    double attention = 0;
    int attentionLayers = 0;
    for (LayerClass of : classes) {
      Spread spread = attention(of, work, chance);
      all += of.count() * (spread.most + LAYER_START_SECONDS);
      own += of.count() * spread.mean;
      attention += of.count() * spread.most;
      attentionLayers += of.count();
    }
    double perLayer = attention / attentionLayers;
    int row = tables.row(tokens);
    double part = tables.part(row, tokens);
    float textWeight = (float) (work.textWeight() + ALIKE);
    double balance = 0;
    int moe = 0;
    double carried = 0;
    for (int layer = 0; layer < exchange.length; layer++) {
      if (!tables.isSet(layer)) {
        continue;
      }
      double slowest =
          tables.slowestSeconds(
              layer,
              row,
              (float) part,
              textWeight,
              (float) laws.jitter(),
              inverseSpeed,
              Normals.place(chance));
      double mean = tables.meanSeconds(layer, row, part);
      // What chance makes longer than expected, receivers feel as well.
      double chanced = slowest / tables.mostSeconds(layer, row, part);
      double fullest = Math.max(1, tables.skew(layer) * chanced);
      double transfer = exchange[layer].secondsPerToken() * tokens * fullest;
      double growing = perLayer + slowest - Math.min(slowest, tables.readSeconds(layer));
      double hidden = laws.overlap() * Math.min(growing, transfer);
      all += slowest + exchange[layer].startSeconds() + transfer - hidden;
      carried += exchange[layer].startSeconds() + transfer - hidden;
      own += mean;
      balance += slowest > 0 ? Math.min(1, mean / slowest) : 1;
      moe++;
    }
    lastBalance = moe > 0 ? balance / moe : 1;
    lastOwnSeconds = own;
    lastExchangeSeconds = carried;
    return all;
  }

  /** Mean over MoE layers of mean device time over slowest device time, of the last iteration. */
  public double lastBalance() {
    return lastBalance;
  }

  /** Mean over devices of the time that they computed in the last iteration. */
  public double lastOwnSeconds() {
    return lastOwnSeconds;
  }

  /** Time of exchanges of the last iteration that nothing hid. */
  public double lastShownExchangeSeconds() {
    return lastExchangeSeconds;
  }

  private record Spread(double most, double mean) {}

  private Spread attention(LayerClass of, StepWork work, SplittableRandom chance) {
    double most = 0;
    double sum = 0;
    double decode = decodePairs(of, work);
    double prompts = promptOperations(of, work);
    float[] normal = Normals.table();
    int place = Normals.place(chance);
    for (int d = 0; d < size; d++) {
      double share = tokenShare[d];
      if (!(share > 0)) {
        continue;
      }
      double core = decodeCore(of, decode * share, d);
      double expected = dense(of, work.tokens() * share, d) + core + prompts * share / wideOps[d];
      double sequences = work.decodeTokens * share;
      double context = sequences > 0 ? laws.contextSpread() * core / Math.sqrt(sequences) : 0;
      double deviation =
          Math.sqrt(context * context + laws.jitter() * laws.jitter() * expected * expected);
      most = Math.max(most, (expected + deviation * normal[place + d]) * inverseSpeed[d]);
      sum += expected * inverseSpeed[d];
    }
    return new Spread(most, sum / size);
  }

  /** Pairs of decoded tokens and cached ones that attention looks at, over the stage. */
  private static double decodePairs(LayerClass of, StepWork work) {
    return work.decodeAttended * of.seen(work.decodeAttended, work.decodeTokens);
  }

  private static double promptOperations(LayerClass of, StepWork work) {
    return work.promptAttended
        * of.seen(work.promptAttended, work.promptTokens)
        * of.promptOperations();
  }

  /** Projections, router, shared experts or the dense feed-forward. */
  private double dense(LayerClass of, double tokens, int d) {
    double weights = of.layer().baseParameters();
    return Math.max(
        weights * denseBytes / memoryRate[d], 2 * weights * (tokens + halfTokens[d]) / denseOps[d]);
  }

  private double decodeCore(LayerClass of, double pairs, int d) {
    double bytes = of.layer().attention().kvElementsPerToken() * cacheBytes;
    return Math.max(
        pairs * bytes / memoryRate[d],
        pairs * of.layer().attention().flopsPerContextToken() / wideOps[d]);
  }

  /** Head of the last stage, or the hop to the next one. */
  private double tail(StepWork work) {
    double most = 0;
    double outputs = work.decodeTokens + work.promptsEnded;
    double weights = spec.model().embeddingParameters();
    for (int d = 0; d < size; d++) {
      double seconds;
      if (spec.isLast()) {
        double rows = outputs * tokenShare[d];
        seconds =
            rows > 0
                ? Math.max(2 * weights / memoryRate[d], 2 * weights * rows / wideOps[d])
                    * inverseSpeed[d]
                : 0;
      } else {
        double bytes = 2.0 * spec.model().hiddenSize() * work.tokens() * tokenShare[d];
        seconds = HOP_START_SECONDS + bytes / networkRate[d];
      }
      most = Math.max(most, seconds);
    }
    return most;
  }

  /** Seconds that each device computes for such an iteration, attention and experts. */
  public double[] ownSeconds(StepWork work) {
    double[] own = new double[size];
    int row = tables.row(work.tokens());
    double part = tables.part(row, work.tokens());
    for (int d = 0; d < size; d++) {
      double share = tokenShare[d];
      for (LayerClass of : classes) {
        if (share > 0) {
          double seconds =
              dense(of, work.tokens() * share, d)
                  + decodeCore(of, decodePairs(of, work) * share, d)
                  + promptOperations(of, work) * share / wideOps[d];
          own[d] += of.count() * seconds * inverseSpeed[d];
        }
      }
      for (int layer = 0; layer < exchange.length; layer++) {
        if (tables.isSet(layer)) {
          own[d] += tables.expectedSeconds(layer, row, part, d, inverseSpeed[d]);
        }
      }
    }
    return own;
  }

  /** Tokens that each device gets in a layer over the mean; empty for a dense layer. */
  public double[] loadOf(int layer) {
    return loadByDevice[layer - spec.firstLayer()].clone();
  }

  /** Number of layers of this stage that have experts. */
  public int moeLayers() {
    return moeLayers;
  }
}
