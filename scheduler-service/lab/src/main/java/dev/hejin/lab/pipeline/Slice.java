package dev.hejin.lab.pipeline;

import java.util.List;

/**
 * Something that one rank does without pause.
 *
 * @param seconds that it takes
 * @param parts what is done with it: a forward and a backward that overlap are two parts of one
 */
record Slice(double seconds, List<Part> parts) {

  /** A pass of one microbatch through one stage. */
  record Part(Pass pass, int route, int stage, int microbatch) {}

  /** Kinds of passes. */
  enum Pass {
    FORWARD,
    /** Gradients that the stage before waits for, with or without those of the weights. */
    BACKWARD,
    /** Gradients of the weights alone: nobody waits for them. */
    WEIGHTS
  }

  /** Copies. */
  Slice {
    parts = List.copyOf(parts);
  }
}
