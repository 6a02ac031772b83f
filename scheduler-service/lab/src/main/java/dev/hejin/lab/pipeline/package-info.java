/**
 * Pipeline schedules of training, played event by event: a check of the lab's notion of stages that
 * wait for each other against formulas that were published.
 *
 * <p>Start at {@link dev.hejin.lab.pipeline.ScheduleRun}. Written apart from the engine's training
 * cost.
 */
@NullMarked
package dev.hejin.lab.pipeline;

import org.jspecify.annotations.NullMarked;
