package dev.hejin.lab.physics;

/**
 * What holds for all stages of a service.
 *
 * @param overlap share of the shorter of exchange and computation that hides
 * @param textSpread deviation over mean of an expert's share from text to text
 * @param jitter deviation over mean of a device's time in one layer
 * @param contextSpread deviation over mean of the context of a sequence
 * @param mostTokens of one microbatch, for tables
 */
public record WorldLaws(
    double overlap, double textSpread, double jitter, double contextSpread, double mostTokens) {}
