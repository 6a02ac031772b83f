/**
 * Plans, cases and other files of the commands that ask no scheduler, read and written as streams.
 *
 * <p>Start at {@link dev.hejin.client.planfile.PlanFile}; {@code StoredPlan} says what a plan on
 * disk holds, {@code JsonFile} reads, {@code BadFile} refuses.
 *
 * <p>Promises: at most 32 MiB of a file are read; whatever is wrong in one ends with exit code 2
 * and a message of file, field, value and likely fix.
 */
@NullMarked
package dev.hejin.client.planfile;

import org.jspecify.annotations.NullMarked;
