package dev.hejin.deploy.local.cluster;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/** Skips a test, and says why, where there is no Docker engine or it lacks what we build upon. */
final class DockerCondition implements ExecutionCondition {
  static final String KAFKA = "apache/kafka:4.1.2";
  static final String JRE = "eclipse-temurin:25-jre";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      return skip("there is no Docker engine");
    }
    DockerClient docker = DockerClientFactory.lazyClient();
    for (String image : List.of(KAFKA, JRE)) {
      if (!isThere(docker, image)) {
        return skip("the image " + image + " is not there\nMaybe docker pull " + image);
      }
    }
    return ConditionEvaluationResult.enabled("a Docker engine and base images are there");
  }

  private static boolean isThere(DockerClient docker, String image) {
    try {
      return docker.inspectImageCmd(image).exec().getId() != null;
    } catch (NotFoundException e) {
      return false;
    } catch (DockerException e) {
      throw new AssertionError("the Docker engine does not tell whether it has " + image, e);
    }
  }

  private static ConditionEvaluationResult skip(String reason) {
    if ("required".equals(System.getenv("HEJIN_CONTAINER_TESTS"))) {
      throw new AssertionError(
          "HEJIN_CONTAINER_TESTS is required, but " + reason + "\nMaybe unset it");
    }
    System.out.println("SKIPPED, because " + reason);
    return ConditionEvaluationResult.disabled(reason);
  }
}
