package dev.hejin.deploy.local.cluster;

import static java.util.Objects.requireNonNull;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * One program in a container, which a test may end, start again, cut off, or replace by one of
 * another version. Its address on the network and its ports on this machine stay.
 */
final class Box implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final int STOP_SECONDS = 20;

  /**
   * What to run.
   *
   * @param name on the network
   * @param repository image without its tag
   * @param ports of the container, with those of this machine's loopback under which they are found
   * @param mounts files of this machine, to be read only
   * @param readyPattern what the program logs when it is ready, as a regular expression
   * @param isHardened without rights, and with nothing but {@code /tmp} to write to
   */
  record Spec(
      String name,
      String repository,
      Map<String, String> environment,
      List<String> command,
      Map<Integer, Integer> ports,
      Map<Path, String> mounts,
      long memoryBytes,
      String readyPattern,
      boolean isHardened) {
    Spec {
      environment = Map.copyOf(environment);
      command = List.copyOf(command);
      ports = Map.copyOf(ports);
      mounts = Map.copyOf(mounts);
    }
  }

  private final Network network;
  private final Spec spec;
  private @Nullable GenericContainer<?> container;
  private boolean isWanted;

  Box(Network network, Spec spec) {
    this.network = network;
    this.spec = spec;
  }

  String name() {
    return spec.name();
  }

  /** Runs a fresh container and waits until the program in it is ready. */
  void start(String version) {
    GenericContainer<?> fresh =
        new GenericContainer<>(spec.repository() + ":" + version)
            .withNetwork(network)
            .withNetworkAliases(spec.name())
            .withEnv(spec.environment())
            .withCreateContainerCmdModifier(
                command ->
                    command
                        .withHostConfig(limit(requireNonNull(command.getHostConfig())))
                        .withExposedPorts(
                            spec.ports().keySet().stream().map(ExposedPort::tcp).toList()))
            .waitingFor(
                Wait.forLogMessage("(?s).*" + spec.readyPattern() + ".*", 1)
                    .withStartupTimeout(START_LIMIT));
    if (!spec.command().isEmpty()) {
      fresh = fresh.withCommand(spec.command().toArray(String[]::new));
    }
    container = fresh;
    isWanted = true;
    fresh.start();
  }

  private HostConfig limit(HostConfig config) {
    HostConfig limited =
        config
            .withMemory(spec.memoryBytes())
            .withPortBindings(
                spec.ports().entrySet().stream()
                    .map(
                        port ->
                            new PortBinding(
                                Ports.Binding.bindIpAndPort("127.0.0.1", port.getValue()),
                                ExposedPort.tcp(port.getKey())))
                    .toList())
            .withBinds(
                spec.mounts().entrySet().stream()
                    .map(each -> Bind.parse(each.getKey() + ":" + each.getValue() + ":ro"))
                    .toList());
    return spec.isHardened()
        ? limited
            .withReadonlyRootfs(true)
            .withTmpFs(Map.of("/tmp", ""))
            .withCapDrop(Capability.ALL)
            .withSecurityOpts(List.of("no-new-privileges:true"))
        : limited;
  }

  /** Ends the program as {@code kill -9} does; the container stays as it is. */
  void kill() {
    isWanted = false;
    docker().killContainerCmd(id()).exec();
  }

  /** Starts the program of a killed container again, on the files that it has left. */
  void startAgain() {
    isWanted = true;
    docker().startContainerCmd(id()).exec();
  }

  /** Asks the program to end, waits until it has, and removes the container. */
  void stop() {
    isWanted = false;
    docker().stopContainerCmd(id()).withTimeout(STOP_SECONDS).exec();
    running().stop();
  }

  /** Nothing comes from or to the program from now on; it runs on. */
  void cutOff() {
    docker()
        .disconnectFromNetworkCmd()
        .withNetworkId(network.getId())
        .withContainerId(id())
        .withForce(true)
        .exec();
  }

  void connectAgain() {
    docker()
        .connectToNetworkCmd()
        .withNetworkId(network.getId())
        .withContainerId(id())
        .withContainerNetwork(new ContainerNetwork().withAliases(spec.name()))
        .exec();
  }

  /** Whether the program has ended although nobody ended it. */
  boolean hasEndedUnasked() {
    return isWanted && !running().isRunning();
  }

  /** The version that the image of the container says it has. */
  String version() {
    return requireNonNull(
        requireNonNull(docker().inspectContainerCmd(id()).exec().getConfig().getLabels(), "labels")
            .get("org.opencontainers.image.version"),
        "label");
  }

  /** Writes what the last container has logged into a file of the folder. */
  void writeLog(Path folder) {
    if (container != null && container.getContainerId() != null && isWanted) {
      try {
        Files.writeString(folder.resolve(spec.name() + ".log"), container.getLogs());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private GenericContainer<?> running() {
    return requireNonNull(container, () -> spec.name() + " has not been started");
  }

  private String id() {
    return running().getContainerId();
  }

  private DockerClient docker() {
    return running().getDockerClient();
  }

  @Override
  public void close() {
    isWanted = false;
    if (container != null) {
      container.stop();
    }
  }
}
