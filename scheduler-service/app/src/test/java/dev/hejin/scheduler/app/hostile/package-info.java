/** Malformed and hostile input from seeds. Start at {@code Fuzz}. */
package dev.hejin.scheduler.app.hostile;
