/**
 * The device catalogue: what is published about each chip, with source and confidence.
 *
 * <p>Start at {@code DeviceCatalog}. Figures are per device as its driver shows it, in bytes,
 * bytes/s and operations/s. What nobody published stays unknown; it is never 0.
 */
@NullMarked
package dev.hejin.catalog.chip;

import org.jspecify.annotations.NullMarked;
