package dev.hejin.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * An API server that is asked what it would do with objects, and does nothing of it. Objects are
 * put into namespaces of other names, which are made for it and removed again: what runs in the
 * cluster is left alone.
 */
final class ApiServer implements AutoCloseable {
  private static final String PREFIX = "try-manifests-";
  private static final long LIMIT_SECONDS = 60;

  private final String kubeconfig;
  private final Map<String, JsonNode> made = new TreeMap<>();

  ApiServer(String kubeconfig) {
    this.kubeconfig = kubeconfig;
  }

  /** What it refuses of these objects, or warns of, by its own words. */
  List<String> refusals(List<JsonNode> objects) throws IOException, InterruptedException {
    for (JsonNode object : objects) {
      if (object.path("kind").asText().equals("Namespace")) {
        make(object.at("/metadata/name").asText(), object);
      }
    }
    List<String> refusals = new ArrayList<>();
    for (JsonNode object : objects) {
      if (!object.path("kind").asText().equals("Namespace")) {
        String told = dryRun(object);
        if (!told.isEmpty()) {
          refusals.add(Rendering.nameOf(object) + ": " + told);
        }
      }
    }
    return refusals;
  }

  private String dryRun(JsonNode object) throws IOException, InterruptedException {
    ObjectNode moved = object.deepCopy();
    String namespace = object.at("/metadata/namespace").asText();
    if (!namespace.isEmpty()) {
      make(namespace, object);
      ((ObjectNode) moved.path("metadata")).put("namespace", PREFIX + namespace);
    }
    // Where some agents are privileged, the server is told to warn of it.
    boolean mayWarn = namespace.equals("hejin-agents");
    List<String> arguments = new ArrayList<>(List.of("apply", "--dry-run=server", "-f", "-"));
    if (!mayWarn) {
      arguments.add("--warnings-as-errors");
    }
    return kubectl(moved.toString(), arguments);
  }

  private void make(String namespace, JsonNode source) throws IOException, InterruptedException {
    if (made.containsKey(namespace)) {
      return;
    }
    ObjectNode copy = source.deepCopy();
    copy.removeAll();
    copy.put("apiVersion", "v1").put("kind", "Namespace");
    ObjectNode metadata = copy.putObject("metadata").put("name", PREFIX + namespace);
    if (source.path("kind").asText().equals("Namespace")) {
      metadata.set("labels", source.at("/metadata/labels").deepCopy());
    }
    String told = kubectl(copy.toString(), List.of("create", "-f", "-"));
    if (!told.isEmpty()) {
      throw new IOException("namespace " + PREFIX + namespace + ": " + told);
    }
    made.put(namespace, copy);
  }

  /** Nothing, or what it complains of. */
  private String kubectl(String input, List<String> arguments)
      throws IOException, InterruptedException {
    Path in = Files.createTempFile("hejin-object", ".json");
    Path err = Files.createTempFile("hejin-object", ".err");
    try {
      Files.writeString(in, input);
      List<String> command = new ArrayList<>(List.of("kubectl", "--kubeconfig", kubeconfig));
      command.addAll(arguments);
      Process process =
          new ProcessBuilder(command)
              .redirectInput(in.toFile())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(err.toFile())
              .start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "no answer within " + LIMIT_SECONDS + " s";
      }
      return process.exitValue() == 0 ? "" : Files.readString(err).strip();
    } finally {
      Files.delete(in);
      Files.delete(err);
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (JsonNode namespace : made.values()) {
      kubectl(namespace.toString(), List.of("delete", "--wait=false", "-f", "-"));
    }
  }
}
