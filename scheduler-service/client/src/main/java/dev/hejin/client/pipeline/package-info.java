/**
 * How many decoder layers each pipeline stage has, in Hejin's plans and in the forms of engines.
 *
 * <p>Start at {@link dev.hejin.client.pipeline.PipelineStages}: a list of layers for each stage,
 * read from a plan of the scheduler or a simple JSON list. {@code MegatronLayout} and {@code
 * PartitionVariable} are the engines' forms, both ways.
 */
@NullMarked
package dev.hejin.client.pipeline;

import org.jspecify.annotations.NullMarked;
