/**
 * {@code ./hejin balance}: a case file in, a plan file out; asks no scheduler.
 *
 * <p>Start at {@link dev.hejin.client.balance.BalanceCommand}. The search itself is the engine's;
 * here are the files, the policies for comparison, the clock around the search and the text.
 *
 * <p>Promises: files are read as a stream and at most 32 MiB of them; whatever is wrong in one ends
 * with exit code 2 and a message of file, field, value and likely fix.
 */
@NullMarked
package dev.hejin.client.balance;

import org.jspecify.annotations.NullMarked;
