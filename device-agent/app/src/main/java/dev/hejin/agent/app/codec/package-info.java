/**
 * Maps generated messages to the agent's own words and back, and nothing else.
 *
 * <p>Start at {@link dev.hejin.agent.app.codec.DirectiveCodec}.
 *
 * <p>Promises: what cannot be understood is refused with the field's name, never guessed.
 */
@NullMarked
package dev.hejin.agent.app.codec;

import org.jspecify.annotations.NullMarked;
