/**
 * Training jobs' end of the scheduler: one gRPC stream a job, for the routing bias of experts.
 *
 * <p>Start at {@link dev.hejin.scheduler.app.training.ExpertBiasApi}. A stream holds its own
 * controller; nothing here touches the pool, the log or another stream.
 */
@NullMarked
package dev.hejin.scheduler.app.training;

import org.jspecify.annotations.NullMarked;
