package dev.hejin.lab.serving;

import java.util.Arrays;

/** Requests that are waiting or served, as arrays; places of ended ones are used again. */
final class Requests {
  static final int NONE = -1;

  double[] arrivalSeconds = new double[1024];
  double[] firstSeconds = new double[1024];
  int[] prompt = new int[1024];
  int[] output = new int[1024];

  /** Tokens of the prompt, or of what is to be computed again, that are not read yet. */
  int[] promptLeft = new int[1024];

  /** What is to be read before the next token comes: the prompt, and answers lost with a device. */
  int[] context = new int[1024];

  /** Tokens of the answer that are still to come. */
  int[] outputLeft = new int[1024];

  /** Iterations beyond the ring of its group. */
  int[] beyond = new int[1024];

  int[] next = new int[1024];

  private int used;
  private int free = NONE;

  int take(double arrival, int promptTokens, int outputTokens) {
    int i = free;
    if (i == NONE) {
      i = used++;
      if (i == next.length) {
        grow();
      }
    } else {
      free = next[i];
    }
    arrivalSeconds[i] = arrival;
    firstSeconds[i] = Double.NaN;
    prompt[i] = promptTokens;
    output[i] = outputTokens;
    promptLeft[i] = promptTokens;
    context[i] = promptTokens;
    outputLeft[i] = outputTokens;
    beyond[i] = 0;
    next[i] = NONE;
    return i;
  }

  void give(int i) {
    next[i] = free;
    free = i;
  }

  /** Tokens of cache that it may come to need. */
  long cacheTokens(int i) {
    return (long) prompt[i] + output[i];
  }

  private void grow() {
    int to = 2 * next.length;
    arrivalSeconds = Arrays.copyOf(arrivalSeconds, to);
    firstSeconds = Arrays.copyOf(firstSeconds, to);
    prompt = Arrays.copyOf(prompt, to);
    output = Arrays.copyOf(output, to);
    promptLeft = Arrays.copyOf(promptLeft, to);
    context = Arrays.copyOf(context, to);
    outputLeft = Arrays.copyOf(outputLeft, to);
    beyond = Arrays.copyOf(beyond, to);
    next = Arrays.copyOf(next, to);
  }
}
