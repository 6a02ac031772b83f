/** What must hold of a release and is in no program: licences, versions in one place. */
@NullMarked
package dev.hejin.deploy.local.release;

import org.jspecify.annotations.NullMarked;
