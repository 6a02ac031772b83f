/**
 * A serving engine in virtual time: admission, chunked prompts, continuous batching, pipeline
 * stages.
 *
 * <p>Start at {@link dev.hejin.lab.serving.ServingEngine}. Work is done by iteration and by
 * request, never by token. Hot path.
 */
@NullMarked
package dev.hejin.lab.serving;

import org.jspecify.annotations.NullMarked;
