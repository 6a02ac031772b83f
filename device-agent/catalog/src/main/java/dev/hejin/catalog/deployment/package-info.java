/**
 * The deployment file: which model, for which work, with which freedom for the scheduler.
 *
 * <p>Start at {@code DeploymentFiles}. The model stays a reference here; other modules read models.
 */
@NullMarked
package dev.hejin.catalog.deployment;

import org.jspecify.annotations.NullMarked;
