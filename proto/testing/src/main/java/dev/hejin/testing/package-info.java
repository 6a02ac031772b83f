/**
 * What tests of several modules share: an authority that signs certificates, a maker of hostile
 * messages, a way to send what is no message, readers of metrics and of what shows them. No program
 * carries it.
 */
@NullMarked
package dev.hejin.testing;

import org.jspecify.annotations.NullMarked;
