/**
 * What tests of several modules share: an authority that signs certificates, a maker of hostile
 * messages. No program carries it.
 */
@NullMarked
package dev.hejin.testing;

import org.jspecify.annotations.NullMarked;
