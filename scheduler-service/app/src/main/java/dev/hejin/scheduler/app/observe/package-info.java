/**
 * What the scheduler tells of itself: metrics, traces, fields of log lines.
 *
 * <p>Start at {@link dev.hejin.scheduler.app.observe.Meters}, which makes every metric. Everything
 * here takes plain values and does nothing else, so that it can be called from anywhere but the
 * engine; {@code docs/observability.md} of the scheduler service lists what comes of it.
 */
@NullMarked
package dev.hejin.scheduler.app.observe;

import org.jspecify.annotations.NullMarked;
