/**
 * How long a training step takes on a pipeline, and what a training run costs.
 *
 * <p>Start at {@link dev.hejin.scheduler.cost.training.PipelineSimulation}: the operations of a
 * {@link dev.hejin.scheduler.cost.training.PipelineSchedule} on stages that need not be equal.
 * {@link dev.hejin.scheduler.cost.training.TrainingStep} runs one on a model's layers as a trace
 * shows them; {@link dev.hejin.scheduler.cost.training.TrainingBill} turns steps into device hours
 * and money.
 *
 * <p>Promises: pure functions, no I/O. Imports {@code model}.
 */
@NullMarked
package dev.hejin.scheduler.cost.training;

import org.jspecify.annotations.NullMarked;
