package dev.hejin.deploy.local.process;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the built programs lie and how to run them.
 *
 * @param home the repository's root
 * @param java the Java launcher
 */
public record Installation(Path home, Path java) {
  private static final String APP = "target/quarkus-app/quarkus-run.jar";
  private static final String SMALL_COLLECTOR = "-XX:+UseSerialGC";

  /** Collects beside the control loop: its pauses are a part of those of the serial one. */
  private static final String SCHEDULER_COLLECTOR = "-XX:+UseG1GC";

  private static final List<String> FLAGS =
      List.of(
          "-Xshare:auto",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  public Installation {
    requireNonNull(home, "home");
    requireNonNull(java, "java");
  }

  /**
   * From system properties {@code hejin.home} and {@code hejin.java}, which {@code ./hejin} sets.
   */
  public static Installation current() {
    String java =
        System.getProperty(
            "hejin.java", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    return new Installation(
        Path.of(System.getProperty("hejin.home", "")).toAbsolutePath().normalize(), Path.of(java));
  }

  /** The local broker, on any free port. */
  public List<String> broker(Path data) {
    return broker(data, 0);
  }

  /** The local broker; port 0 takes any free one. */
  public List<String> broker(Path data, int port) {
    return broker(data, port, List.of());
  }

  /**
   * @param more further arguments of the broker
   */
  public List<String> broker(Path data, int port, List<String> more) {
    Path target = home.resolve("deploy/broker/target");
    List<Path> jars = jars(target);
    if (jars.isEmpty()) {
      throw notBuilt(target.resolve("*.jar"));
    }
    String classPath = String.join(":", jars.stream().map(Path::toString).toList());
    List<String> arguments =
        new ArrayList<>(List.of("dev.hejin.deploy.broker.LocalBroker", "--data", data.toString()));
    arguments.addAll(List.of("--port", String.valueOf(port), "--parent-pid", pid()));
    arguments.addAll(more);
    return command(
        List.of(
            SMALL_COLLECTOR,
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath + ":" + target + "/lib/*"),
        arguments);
  }

  /** The scheduler; {@code properties} are {@code name=value}. */
  public List<String> scheduler(int grpcPort, int httpPort, List<String> properties) {
    return scheduler(grpcPort, httpPort, properties, List.of());
  }

  /**
   * @param machine further options of the Java machine, which come last and so win
   */
  public List<String> scheduler(
      int grpcPort, int httpPort, List<String> properties, List<String> machine) {
    List<String> options = new ArrayList<>();
    if (machine.stream().noneMatch(option -> option.matches("-XX:\\+Use\\w+GC"))) {
      options.add(SCHEDULER_COLLECTOR);
    }
    options.add("-Xmx1g");
    options.addAll(machine);
    options.add("-Dquarkus.grpc.server.port=" + grpcPort);
    options.add("-Dquarkus.http.port=" + httpPort);
    options.add("-Dhejin.parent-pid=" + pid());
    properties.forEach(property -> options.add("-D" + property));
    return command(options, app("scheduler-service/app", List.of()));
  }

  /** The device agent. */
  public List<String> agent(List<String> arguments) {
    return agent(arguments, List.of());
  }

  /**
   * @param machine further options of the Java machine, which come last and so win
   */
  public List<String> agent(List<String> arguments, List<String> machine) {
    List<String> all = new ArrayList<>(arguments);
    all.add("--parent-pid");
    all.add(pid());
    List<String> options =
        new ArrayList<>(List.of(SMALL_COLLECTOR, "-Xmx512m", "-XX:TieredStopAtLevel=1"));
    options.addAll(machine);
    return command(options, app("device-agent/app", all));
  }

  /** Recorded outputs of vendors' tools that are shipped under this name. */
  public Path recordings(String name) {
    return home.resolve("device-agent/app/replay").resolve(name);
  }

  private List<String> app(String module, List<String> arguments) {
    Path jar = home.resolve(module).resolve(APP);
    if (!Files.isRegularFile(jar)) {
      throw notBuilt(jar);
    }
    List<String> words = new ArrayList<>(List.of("-jar", jar.toString()));
    words.addAll(arguments);
    return words;
  }

  private List<String> command(List<String> options, List<String> rest) {
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.addAll(FLAGS);
    command.addAll(options);
    command.addAll(rest);
    return command;
  }

  private static StartFailure notBuilt(Path missing) {
    return new StartFailure(missing + " does not exist\nMaybe run ./hejin build --force.");
  }

  private static List<Path> jars(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.newDirectoryStream(folder, "*.jar")) {
      List<Path> jars = new ArrayList<>();
      files.forEach(jars::add);
      jars.sort(null);
      return jars;
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String pid() {
    return String.valueOf(ProcessHandle.current().pid());
  }

  /** A port on loopback that nobody uses now. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new StartFailure("no free port on loopback: " + e.getMessage() + "\nMaybe wait a bit.");
    }
  }

  /** Whether nobody uses a port on loopback now. */
  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
