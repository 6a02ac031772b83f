package dev.hejin.lab.scenario;

/**
 * How the engine serves.
 *
 * @param maxSequences sequences that are decoded at once over the whole deployment; what plans are
 *     made for
 * @param contextTokens mean context that plans are made for
 * @param tokenBudget most tokens of one microbatch, decoded ones and prompt chunks together
 * @param overlap share of the shorter of exchange and computation that hides behind the other: 0
 *     serial, 1 perfect
 * @param queueLimit requests that wait at most; more are refused
 */
public record Serving(
    int maxSequences, int contextTokens, int tokenBudget, double overlap, int queueLimit) {}
