package dev.hejin.scheduler.cost;

import java.util.List;
import java.util.TreeSet;

/** Collects what had to be assumed, once each, in alphabetical order. */
public final class Assumptions {
  private final TreeSet<String> texts = new TreeSet<>();

  /**
   * @param subject device type or part of the model
   * @param figure the figure that nobody states
   * @param assumed what is taken instead, with unit and reason
   */
  public void note(String subject, String figure, String assumed) {
    texts.add(subject + ": " + figure + " is unknown; assumed " + assumed);
  }

  /** Adds a sentence as it is. */
  public void note(String sentence) {
    texts.add(sentence);
  }

  public List<String> texts() {
    return List.copyOf(texts);
  }
}
