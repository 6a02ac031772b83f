/**
 * Moore Threads.
 *
 * <p>Start at {@link dev.hejin.agent.app.probe.mthreads.MooreThreadsProbe}.
 */
@NullMarked
package dev.hejin.agent.app.probe.mthreads;

import org.jspecify.annotations.NullMarked;
