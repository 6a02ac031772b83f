/**
 * Child processes: started with a log file each, awaited until they say READY, never left behind.
 *
 * <p>Start at {@link dev.hejin.deploy.local.process.ProcessGroup}.
 *
 * <p>Promises: closing the group ends every process within a few seconds; every child is told our
 * process id and ends by itself when we are killed.
 */
@NullMarked
package dev.hejin.deploy.local.process;

import org.jspecify.annotations.NullMarked;
