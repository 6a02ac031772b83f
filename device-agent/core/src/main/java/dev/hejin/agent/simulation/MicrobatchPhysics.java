package dev.hejin.agent.simulation;

import dev.hejin.agent.model.LayerRoute;
import dev.hejin.agent.model.ServingShape;
import dev.hejin.agent.model.Shard;
import dev.hejin.agent.model.ShardKey;
import dev.hejin.agent.model.ShardKind;
import dev.hejin.agent.reconcile.Holding;

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
  private final TrueLoad load;
  private final Holding holding;
  private final ServingShape shape;

  MicrobatchPhysics(
      AchievedRates rates, double speed, TrueLoad load, Holding holding, ServingShape shape) {
    this.rates = rates;
    this.speed = speed;
    this.load = load;
    this.holding = holding;
    this.shape = shape;
  }

  PartSeconds seconds() {
    PartSeconds sum = PartSeconds.ZERO;
    double largestShare = 0;
    for (LayerRoute route : holding.routes().values()) {
      sum =
          sum.plus(new PartSeconds(attention(route), experts(route), launches(route)))
              .plus(new PartSeconds(0, 0, exchange(route)));
      largestShare = Math.max(largestShare, route.tokenShare());
    }
    return sum.plus(new PartSeconds(0, 0, head(largestShare)));
  }

  /** Tokens of one microbatch that come to one resident expert, on average. */
  static double expertTokens(ServingShape shape, TrueLoad load, LayerRoute route, int index) {
    return (double) shape.microbatchTokens()
        * shape.expertsPerToken()
        * load.share(route.layer(), route.experts().get(index))
        * route.expertShares().get(index);
  }

  private double attention(LayerRoute route) {
    double tokens = route.tokenShare() * shape.microbatchTokens();
    if (tokens <= 0) {
      return 0;
    }
    double weightBytes = sizeBytes(ShardKind.LAYER, route.layer(), ShardKey.NONE);
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

  private double experts(LayerRoute route) {
    double seconds = 0;
    for (int i = 0; i < route.experts().size(); i++) {
      double tokens = expertTokens(shape, load, route, i);
      double bytes = sizeBytes(ShardKind.EXPERT, route.layer(), route.experts().get(i));
      // A microbatch that sends the expert nothing does not read its weights.
      double chosen = -Math.expm1(-tokens);
      seconds +=
          Math.max(
              chosen * rates.readSeconds(bytes, speed),
              rates.matrixSeconds(
                  shape.expertPrecision(), tokens, shape.expertParameters(), speed));
    }
    return seconds;
  }

  private double launches(LayerRoute route) {
    int parts = (route.tokenShare() > 0 ? 1 : 0) + (route.experts().isEmpty() ? 0 : 1);
    return parts * rates.launchSeconds();
  }

  private double exchange(LayerRoute route) {
    boolean mixture = shape.routedExperts() > 0 && route.layer() < shape.layers();
    if (!mixture || route.tokenShare() >= 1 || route.experts().isEmpty()) {
      return 0;
    }
    double assignments = 0;
    for (int i = 0; i < route.experts().size(); i++) {
      assignments += expertTokens(shape, load, route, i);
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

  private double head(double tokenShare) {
    double bytes = sizeBytes(ShardKind.HEAD, ShardKey.NONE, ShardKey.NONE);
    return tokenShare > 0 ? rates.readSeconds(bytes, speed) : 0;
  }

  private double sizeBytes(ShardKind kind, int layer, int expert) {
    return holding
        .find(
            kind,
            layer,
            expert,
            kind == ShardKind.EXPERT ? shape.expertPrecision() : shape.precision())
        .map(Shard::sizeBytes)
        .orElse(0L);
  }
}
