package dev.hejin.scheduler.app.runtime;

/**
 * Tokens that one layer's experts got over one window, summed over devices.
 *
 * @param deployment the deployment
 * @param layer layer index
 * @param windowEndMillis end of the window, agents' clock
 * @param tokens one for each expert seen, index = expert; shorter when the last experts got none
 */
public record ExpertWindow(String deployment, int layer, long windowEndMillis, double[] tokens) {}
