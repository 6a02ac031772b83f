/** How tokens spread over the experts of a model at each moment. */
@NullMarked
package dev.hejin.lab.routing;

import org.jspecify.annotations.NullMarked;
