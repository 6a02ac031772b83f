/** Counts what a trial shows and sums it up. */
@NullMarked
package dev.hejin.lab.measure;

import org.jspecify.annotations.NullMarked;
