/**
 * A whole Hejin cluster on this machine: broker, scheduler, fleets of simulated devices.
 *
 * <p>Start at {@link dev.hejin.deploy.local.cluster.LocalCluster}.
 *
 * <p>Promises: nodes that are to be killed have a process each; what is hidden from the scheduler
 * (true speeds, true load) is kept here, for the judge.
 */
@NullMarked
package dev.hejin.deploy.local.cluster;

import org.jspecify.annotations.NullMarked;
