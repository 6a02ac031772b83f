package dev.hejin.client;

import dev.hejin.proto.capability.v1.NodeCapability;
import dev.hejin.proto.deployment.v1.DeploymentSpec;
import dev.hejin.proto.deployment.v1.ExpertLoad;
import dev.hejin.proto.deployment.v1.LibraryBridge;
import dev.hejin.proto.deployment.v1.ServiceRequest;
import dev.hejin.proto.deployment.v1.Workload;
import java.util.List;

/**
 * The files that a command line names, as messages.
 *
 * <p>Every call throws {@link CommandFailure} with the file, the field and the likely fix.
 */
public interface InputFiles {

  /** Nodes of a shipped pool, by name, or of a pool file. */
  List<NodeCapability> pool(String nameOrFile);

  /** Bridges between libraries that the same pool states. */
  List<LibraryBridge> bridges(String nameOrFile);

  /** Name of the pool that is meant when none is named. */
  String defaultPool();

  /** The traffic that is planned for when none is named: that of the shipped deployment. */
  Workload defaultWorkload();

  /** What a shipped deployment, by name, or a deployment file asks for. */
  DeploymentSpec deployment(String nameOrFile);

  /** The same as a service; without a goal where it is about one pipeline. */
  ServiceRequest service(String nameOrFile);

  /** Tokens of each expert, from a recording of {@code logical_count}. */
  ExpertLoad expertLoad(String file);
}
