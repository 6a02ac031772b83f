package dev.hejin.lab.pipeline;

/**
 * Seconds of the passes of one microbatch through one stage.
 *
 * @param forward F
 * @param backward B, gradients of inputs and weights
 * @param weights W, the part of B that is for weights
 * @param pair F&amp;B, a forward and a backward that overlap
 */
public record Times(double forward, double backward, double weights, double pair) {}
