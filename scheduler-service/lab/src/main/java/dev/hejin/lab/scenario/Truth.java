package dev.hejin.lab.scenario;

/**
 * What devices really are, beside their figures.
 *
 * @param jitter standard deviation over mean of a device's time from iteration to iteration
 * @param climate whether devices differ a little, warm up in the afternoon and meet contention, as
 *     in the fleet model
 * @param dayStartSeconds time of day at which the simulation begins
 * @param networkFactor of the bandwidth of every node's network
 */
public record Truth(double jitter, boolean climate, double dayStartSeconds, double networkFactor) {}
