/**
 * Judges what telemetry means: which devices are slow, whether expert load has drifted.
 *
 * <p>Start at {@link dev.hejin.scheduler.detect.SpeedJudge}. Every judgement names its evidence.
 *
 * <p>Never here: clocks, threads, I/O, generated messages.
 */
@NullMarked
package dev.hejin.scheduler.detect;

import org.jspecify.annotations.NullMarked;
