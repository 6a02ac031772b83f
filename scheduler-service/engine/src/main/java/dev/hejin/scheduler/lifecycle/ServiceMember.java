package dev.hejin.scheduler.lifecycle;

import java.util.List;
import java.util.TreeSet;

/**
 * What makes a deployment a pipeline of a service.
 *
 * @param service name of the service
 * @param pipeline number of the pipeline, from 0
 * @param homeDeviceIds devices that the joint plan gave it; no other pipeline plans on them
 */
public record ServiceMember(String service, int pipeline, List<String> homeDeviceIds) {
  private static final int MOST_NAME_CHARACTERS = 58;

  public ServiceMember {
    checkService(service);
    if (pipeline < 0) {
      throw new IllegalArgumentException(
          "member.pipeline is " + pipeline + "\nMaybe give at least 0.");
    }
    if (homeDeviceIds.isEmpty()) {
      throw new IllegalArgumentException(
          "member.home_device_ids is empty\nMaybe name the devices of the pipeline's plan.");
    }
    homeDeviceIds = List.copyOf(new TreeSet<>(homeDeviceIds));
  }

  /**
   * Checks the name of a service: names of its pipelines must be names, too.
   *
   * @throws IllegalArgumentException when they would not be
   */
  public static void checkService(String service) {
    if (!DeploymentSpec.isName(service) || service.length() > MOST_NAME_CHARACTERS) {
      throw new IllegalArgumentException(
          "name '"
              + service
              + "' of a service\nMaybe use 1 to "
              + MOST_NAME_CHARACTERS
              + " lower-case letters, digits and '-'.");
    }
  }

  /** Name of the deployment that is a pipeline of a service. */
  public static String deploymentName(String service, int pipeline) {
    return service + "-p" + pipeline;
  }
}
