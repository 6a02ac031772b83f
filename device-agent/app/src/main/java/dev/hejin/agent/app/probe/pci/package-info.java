/**
 * Finds accelerators on the PCI bus when their driver or tool is missing.
 *
 * <p>Start at {@link dev.hejin.agent.app.probe.pci.PciProbe}.
 */
@NullMarked
package dev.hejin.agent.app.probe.pci;

import org.jspecify.annotations.NullMarked;
