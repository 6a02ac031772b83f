/**
 * Typed settings of the scheduler, checked at start. Start at {@link
 * dev.hejin.scheduler.app.config.SchedulerConfig}.
 */
@NullMarked
package dev.hejin.scheduler.app.config;

import org.jspecify.annotations.NullMarked;
