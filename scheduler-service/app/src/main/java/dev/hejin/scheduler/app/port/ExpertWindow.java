package dev.hejin.scheduler.app.port;

/**
 * Tokens that one layer's experts got over one window, summed over devices.
 *
 * @param deployment the deployment
 * @param layer layer index
 * @param windowEndMillis end of the window, by the clock that stamps the records: the broker's
 * @param tokens one for each expert seen, index = expert; shorter when the last experts got none
 */
public record ExpertWindow(String deployment, int layer, long windowEndMillis, double[] tokens) {}
