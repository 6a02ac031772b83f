/**
 * Pages that a command writes: one file each, nothing to load, for light and dark screens and for
 * phones.
 *
 * <p>Start at {@link dev.hejin.client.html.HtmlPage}.
 */
@NullMarked
package dev.hejin.client.html;

import org.jspecify.annotations.NullMarked;
