package dev.hejin.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The types of one version of Kubernetes, as its own API description gives them: the classes that
 * are generated of it for Kubernetes' Java client, each version's in a loader of its own. They are
 * looked at, never run: a field that the type does not have, a value of another type and a missing
 * field that is required are told. Texts that must be one of a few are not known to these classes;
 * {@code AllowedTexts} lists those.
 */
final class KubernetesTypes implements AutoCloseable {
  private static final String MODELS = "io.kubernetes.client.openapi.models.";
  private static final String APIS = "io.kubernetes.client.openapi.apis.";
  private static final String CUSTOM = "io.kubernetes.client.custom.";

  private final URLClassLoader loader;

  private KubernetesTypes(URLClassLoader loader) {
    this.loader = loader;
  }

  /**
   * @param version such as 1.32
   */
  static KubernetesTypes of(String version) throws IOException {
    Path jar = Rendering.manifests().resolve("target/kubernetes").resolve(version + ".jar");
    if (!Files.exists(jar)) {
      throw new IOException(jar + " is missing\nMaybe run Maven's phase generate-test-resources.");
    }
    return new KubernetesTypes(
        new URLClassLoader(
            new URL[] {jar.toUri().toURL()}, KubernetesTypes.class.getClassLoader()));
  }

  /** The type of an object; empty when its group has none of its kind in this version. */
  private Optional<Class<?>> typeOf(JsonNode object) {
    String apiVersion = object.path("apiVersion").asText();
    String kind = object.path("kind").asText();
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "core" : apiVersion.substring(0, slash).replace(".k8s.io", "");
    String version = capital(apiVersion.substring(slash + 1));
    StringBuilder api = new StringBuilder(APIS);
    for (String part : group.split("\\.", -1)) {
      api.append(capital(part));
    }
    // Types are named without their group; that it has the kind is told by its call that makes one.
    String create = api.append(version).append("Api$APIcreate").toString();
    boolean offered =
        Stream.of("Namespaced", "")
            .anyMatch(scope -> load(create + scope + kind + "Request").isPresent());
    return offered ? load(MODELS + version + kind) : Optional.empty();
  }

  private static String capital(String text) {
    return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private Optional<Class<?>> load(String name) {
    try {
      return Optional.of(loader.loadClass(name));
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
  }

  /** What is wrong with an object; nothing when it is as it should be. */
  List<String> faults(JsonNode object) {
    Optional<Class<?>> type = typeOf(object);
    if (type.isEmpty()) {
      return List.of(
          Rendering.nameOf(object) + ": no such kind as " + object.path("apiVersion").asText());
    }
    List<String> faults = new ArrayList<>();
    compare(Rendering.nameOf(object), object, type.get(), faults);
    return faults;
  }

  private void compare(String where, JsonNode value, Type type, List<String> faults) {
    if (type instanceof ParameterizedType parameterized) {
      Class<?> raw = (Class<?>) parameterized.getRawType();
      Type[] arguments = parameterized.getActualTypeArguments();
      if (Map.class.isAssignableFrom(raw)) {
        if (wants(value.isObject(), where, value, "an object", faults)) {
          value
              .properties()
              .forEach(
                  each ->
                      compare(where + "." + each.getKey(), each.getValue(), arguments[1], faults));
        }
      } else if (Collection.class.isAssignableFrom(raw)
          && wants(value.isArray(), where, value, "a list", faults)) {
        for (int i = 0; i < value.size(); i++) {
          compare(where + "[" + i + "]", value.get(i), arguments[0], faults);
        }
      }
      return;
    }
    Class<?> plain = (Class<?>) type;
    if (plain.getName().startsWith(MODELS)) {
      if (wants(value.isObject(), where, value, "an object", faults)) {
        compareFields(where, value, plain, faults);
      }
    } else {
      compareValue(where, value, plain, faults);
    }
  }

  private static void compareValue(
      String where, JsonNode value, Class<?> type, List<String> faults) {
    switch (type.getName()) {
      case "java.lang.Object" -> {}
      case "java.lang.String", "java.time.OffsetDateTime", "[B" ->
          wants(value.isTextual(), where, value, "a text", faults);
      case "java.lang.Boolean" -> wants(value.isBoolean(), where, value, "true or false", faults);
      case "java.lang.Integer", "java.lang.Long" ->
          wants(value.isIntegralNumber(), where, value, "a whole number", faults);
      case "java.lang.Double", "java.math.BigDecimal" ->
          wants(value.isNumber(), where, value, "a number", faults);
      case CUSTOM + "IntOrString" ->
          wants(
              value.isIntegralNumber() || value.isTextual(),
              where,
              value,
              "a whole number or a text",
              faults);
      case CUSTOM + "Quantity" ->
          wants(
              value.isNumber()
                  || value.asText().matches("[0-9.]+([numkKMGTPE]|[KMGTPE]i|[eE][-+]?[0-9]+)?"),
              where,
              value,
              "a quantity",
              faults);
      default -> faults.add(where + ": a value of the unknown type " + type.getName());
    }
  }

  private void compareFields(String where, JsonNode value, Class<?> type, List<String> faults) {
    Map<String, Type> fields = new HashMap<>();
    for (Field field : type.getDeclaredFields()) {
      SerializedName name = field.getAnnotation(SerializedName.class);
      if (name != null) {
        fields.put(name.value(), field.getGenericType());
      }
    }
    value
        .properties()
        .forEach(
            each -> {
              Type known = fields.get(each.getKey());
              if (known == null) {
                faults.add(where + ": " + type.getSimpleName() + " has no field " + each.getKey());
              } else {
                String at = where + "." + each.getKey();
                compare(at, each.getValue(), known, faults);
                AllowedTexts.fault(type.getSimpleName(), each.getKey(), each.getValue())
                    .ifPresent(fault -> faults.add(at + ": " + fault));
              }
            });
    for (String required : required(type)) {
      if (!value.has(required)) {
        faults.add(where + ": " + required + " is missing");
      }
    }
  }

  private static Set<String> required(Class<?> type) {
    Set<String> names = new HashSet<>();
    try {
      Object told = type.getField("openapiRequiredFields").get(null);
      if (told instanceof Collection<?> collection) {
        collection.forEach(each -> names.add(String.valueOf(each)));
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " does not tell what it requires", e);
    }
    return names;
  }

  private static boolean wants(
      boolean holds, String where, JsonNode value, String wanted, List<String> faults) {
    if (!holds) {
      faults.add(where + ": " + value + " is not " + wanted);
    }
    return holds;
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }
}
