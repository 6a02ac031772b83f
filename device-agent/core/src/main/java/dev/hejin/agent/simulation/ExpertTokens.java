package dev.hejin.agent.simulation;

import java.util.List;

/**
 * Tokens that a device's experts of one layer got in one window.
 *
 * @param experts ascending
 * @param tokens of each of them
 */
public record ExpertTokens(int layer, List<Integer> experts, List<Long> tokens) {
  public ExpertTokens {
    experts = List.copyOf(experts);
    tokens = List.copyOf(tokens);
  }
}
