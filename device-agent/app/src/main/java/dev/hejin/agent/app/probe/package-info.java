/**
 * All probes of a node, asked together. One package below for each vendor; {@code form} holds what
 * several share, {@code tool} runs tools or plays recordings.
 *
 * <p>Start at {@link dev.hejin.agent.app.probe.NodeProbes}.
 *
 * <p>Never here: the catalogue, messages. A probe tells what its tool tells and nothing else.
 */
@NullMarked
package dev.hejin.agent.app.probe;

import org.jspecify.annotations.NullMarked;
