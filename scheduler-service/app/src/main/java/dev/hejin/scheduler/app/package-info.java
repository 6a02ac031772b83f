/** The scheduler process: adapters around the engine. Start at {@code runtime.SchedulerRuntime}. */
@NullMarked
package dev.hejin.scheduler.app;

import org.jspecify.annotations.NullMarked;
