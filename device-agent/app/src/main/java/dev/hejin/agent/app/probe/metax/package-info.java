/**
 * MetaX.
 *
 * <p>Start at {@link dev.hejin.agent.app.probe.metax.MetaxProbe}.
 */
@NullMarked
package dev.hejin.agent.app.probe.metax;

import org.jspecify.annotations.NullMarked;
