package dev.hejin.lab.serving;

import dev.hejin.lab.physics.StepWork;
import java.util.Arrays;

/**
 * Sequences that go through the pipeline together. Where each ends is known when it begins, so a
 * ring of lists by iteration holds them: an iteration costs nothing for sequences that go on.
 */
final class Group {
  /** Iterations that the ring reaches ahead; a power of two. */
  static final int RING = 1 << 12;

  final int number;
  final Requests requests;
  final RequestQueue prompts;
  final StepWork work = new StepWork();
  final int[] ending = new int[RING];
  int iteration;
  int decoding;

  /** Tokens in the caches of sequences that are decoded. */
  double cached;

  boolean isAsleep = true;

  Group(int number, Requests requests) {
    this.number = number;
    this.requests = requests;
    this.prompts = new RequestQueue(requests);
    Arrays.fill(ending, Requests.NONE);
  }

  int members() {
    return decoding + prompts.size();
  }

  /** Decides what the next iteration does: a token for each sequence, prompts with what is left. */
  void compose(int tokenBudget) {
    work.clear();
    work.decodeTokens = decoding;
    work.decodeAttended = cached;
    work.textSquares = decoding;
    int left = Math.max(0, tokenBudget - decoding);
    for (int i = prompts.head(); i != Requests.NONE && left > 0; i = requests.next[i]) {
      int chunk = Math.min(left, requests.promptLeft[i]);
      double before = requests.context[i] - requests.promptLeft[i];
      work.promptTokens += chunk;
      work.promptAttended += chunk * (before + chunk / 2.0);
      work.textSquares += (double) chunk * chunk;
      work.promptsEnded += chunk == requests.promptLeft[i] ? 1 : 0;
      left -= chunk;
    }
  }

  /** Puts it where this many more iterations end. */
  void put(int i, int iterations) {
    int reach = Math.min(iterations, RING - 1);
    requests.beyond[i] = iterations - reach;
    int at = iteration + reach & RING - 1;
    requests.next[i] = ending[at];
    ending[at] = i;
  }

  /** Takes the list of those that end with the present iteration. */
  int takeEnding() {
    int at = iteration & RING - 1;
    int first = ending[at];
    ending[at] = Requests.NONE;
    return first;
  }
}
