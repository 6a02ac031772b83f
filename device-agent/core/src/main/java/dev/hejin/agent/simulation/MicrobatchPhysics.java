package dev.hejin.agent.simulation;

import dev.hejin.agent.model.LayerRoute;
import dev.hejin.agent.model.Precision;
import dev.hejin.agent.model.ServingShape;
import dev.hejin.agent.model.Shard;
import dev.hejin.agent.model.ShardKey;
import dev.hejin.agent.model.ShardKind;
import dev.hejin.agent.reconcile.Holding;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Time of one microbatch on one device, from what it holds and serves.
 *
 * <p>Attention: the layer's weights are read and multiplied, then the cache of the device's tokens
 * is read and attended to; each of the two takes as long as its slower half. Experts: each resident
 * expert that gets tokens costs the longer of reading its weights and multiplying; the matrix rate
 * grows with the tokens of that expert. Other: kernel starts, dispatch and combine over the link,
 * and the output head where the device holds it.
 *
 * <p>What a device cannot see is left out: waiting for others, and hops to the next stage. A link
 * inside the node carries the exchange even where a stage spans nodes.
 */
final class MicrobatchPhysics {
  /** Bytes that a token's vector takes for each element: out in eight bits, back in sixteen. */
  private static final double EXCHANGE_BYTES_PER_ELEMENT = 3;

  private final AchievedRates rates;
  private final double speed;
  private final Function<ServingShape, TrueLoad> loads;
  private final Holding holding;

  /**
   * @param loads how traffic spreads in a model of this shape
   */
  MicrobatchPhysics(
      AchievedRates rates, double speed, Function<ServingShape, TrueLoad> loads, Holding holding) {
    this.rates = rates;
    this.speed = speed;
    this.loads = loads;
    this.holding = holding;
  }

  PartSeconds seconds() {
    PartSeconds sum = PartSeconds.ZERO;
    double headSeconds = 0;
    for (LayerRoute route : holding.routes().values()) {
      ServingShape shape = holding.shape(route.layer());
      double[] tokens = new double[route.experts().size()];
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = expertTokens(shape, loads.apply(shape), route, i);
      }
      double other = launches(route) + exchange(shape, route, Arrays.stream(tokens).sum());
      sum =
          sum.plus(new PartSeconds(attention(shape, route), experts(shape, route, tokens), other));
      headSeconds = Math.max(headSeconds, head(shape, route));
    }
    return sum.plus(new PartSeconds(0, 0, headSeconds));
  }

  /** Tokens of one microbatch that come to one resident expert, on average. */
  static double expertTokens(ServingShape shape, TrueLoad load, LayerRoute route, int index) {
    return (double) shape.microbatchTokens()
        * shape.expertsPerToken()
        * load.share(route.layer(), route.experts().get(index))
        * route.expertShares().get(index);
  }

  private double attention(ServingShape shape, LayerRoute route) {
    double tokens = route.tokenShare() * shape.microbatchTokens();
    if (tokens <= 0) {
      return 0;
    }
    double weightBytes =
        sizeBytes(ShardKind.LAYER, route.layer(), ShardKey.NONE, shape.precision());
    double parameters =
        route.layer() < shape.layers() ? shape.layerParameters().get(route.layer()) : 0;
    double projection =
        Math.max(
            rates.readSeconds(weightBytes, speed),
            rates.matrixSeconds(shape.precision(), tokens, parameters, speed));
    double attended = tokens * shape.attendedTokens();
    double cache =
        Math.max(
            rates.readSeconds(attended * shape.kvBytesPerTokenLayer(), speed),
            rates.vectorSeconds(attended * shape.attentionFlopsPerContextToken(), speed));
    return projection + cache;
  }

  private double experts(ServingShape shape, LayerRoute route, double[] tokens) {
    double seconds = 0;
    for (int i = 0; i < route.experts().size(); i++) {
      int expert = route.experts().get(i);
      double bytes = sizeBytes(ShardKind.EXPERT, route.layer(), expert, shape.expertPrecision());
      // A microbatch that sends the expert nothing does not read its weights.
      double chosen = -Math.expm1(-tokens[i]);
      seconds +=
          Math.max(
              chosen * rates.readSeconds(bytes, speed),
              rates.matrixSeconds(
                  shape.expertPrecision(), tokens[i], shape.expertParameters(), speed));
    }
    return seconds;
  }

  private double launches(LayerRoute route) {
    int parts = (route.tokenShare() > 0 ? 1 : 0) + (route.experts().isEmpty() ? 0 : 1);
    return parts * rates.launchSeconds();
  }

  private double exchange(ServingShape shape, LayerRoute route, double assignments) {
    if (route.experts().isEmpty() || route.tokenShare() >= 1) {
      return 0;
    }
    double microbatch = shape.microbatchTokens();
    // A token that several experts here want comes once.
    double arriving = microbatch * -Math.expm1(-assignments / microbatch);
    double received = arriving * (1 - route.tokenShare());
    double local = Math.min(1, assignments / (microbatch * Math.max(1, shape.expertsPerToken())));
    double sent = route.tokenShare() * microbatch * shape.expertsPerToken() * (1 - local);
    double bytes = Math.max(received, sent) * shape.hiddenSize() * EXCHANGE_BYTES_PER_ELEMENT;
    return 2 * rates.exchangeSeconds() + bytes / rates.linkBytesPerSecond();
  }

  private double head(ServingShape shape, LayerRoute route) {
    double bytes = sizeBytes(ShardKind.HEAD, ShardKey.NONE, ShardKey.NONE, shape.precision());
    return route.tokenShare() > 0 ? rates.readSeconds(bytes, speed) : 0;
  }

  private double sizeBytes(ShardKind kind, int layer, int expert, Precision wanted) {
    return holding.find(kind, layer, expert, wanted).map(Shard::sizeBytes).orElse(0L);
  }
}
