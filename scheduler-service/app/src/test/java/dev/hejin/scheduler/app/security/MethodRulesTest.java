package dev.hejin.scheduler.app.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.hejin.scheduler.app.port.Role;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.lang.reflect.Method;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of roles has every method of every service of the contracts. */
class MethodRulesTest {
  /** Served by simulated fleets, on loopback, never by the scheduler. */
  private static final String SIMULATION = "hejin.simulation.v1";

  static Stream<MethodDescriptor<?, ?>> methods() {
    return new ClassFileImporter()
        .importPackages("dev.hejin.proto").stream()
            .filter(c -> c.getSimpleName().endsWith("Grpc"))
            .map(c -> service(c.reflect()))
            .filter(service -> !service.getName().startsWith(SIMULATION))
            .flatMap(service -> service.getMethods().stream());
  }

  private static ServiceDescriptor service(Class<?> stubs) {
    try {
      Method method = stubs.getMethod("getServiceDescriptor");
      return (ServiceDescriptor) method.invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldSeeTheServices() {
    assertThat(methods().map(MethodDescriptor::getServiceName).distinct())
        .contains(
            "hejin.agent.v1.AgentService",
            "hejin.inventory.v1.InventoryService",
            "hejin.deployment.v1.DeploymentService",
            "hejin.training.v1.ExpertBiasService");
  }

  @ParameterizedTest
  @MethodSource("methods")
  void shouldGiveEachMethodItsLeastRole(MethodDescriptor<?, ?> method) {
    assertThat(MethodRules.of(method.getFullMethodName()))
        .as("%s needs a line in MethodRules", method.getFullMethodName())
        .hasValueSatisfying(rule -> assertThat(rule.least()).isNotNull());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void shouldAuditFieldsThatExist(MethodDescriptor<?, ?> method) {
    // Given
    MethodRules.Rule rule = MethodRules.of(method.getFullMethodName()).orElseThrow();
    var types =
        ((ProtoMethodDescriptorSupplier) method.getSchemaDescriptor()).getMethodDescriptor();

    // When, then
    if (rule.changes()) {
      assertHas(types.getInputType(), rule.target());
      assertHas(types.getOutputType(), rule.revision());
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void shouldAuditEveryMethodThatTakesARequestId(MethodDescriptor<?, ?> method) {
    var types =
        ((ProtoMethodDescriptorSupplier) method.getSchemaDescriptor()).getMethodDescriptor();
    boolean takesId = types.getInputType().findFieldByName("request_id") != null;
    MethodRules.Rule rule = MethodRules.of(method.getFullMethodName()).orElseThrow();
    if (takesId) {
      assertThat(rule.changes()).as("a request id is for changes").isTrue();
      assertThat(rule.least()).isNotEqualTo(Role.VIEWER);
    }
  }

  private static void assertHas(Descriptor type, String path) {
    Descriptor here = type;
    for (String name : path.split("\\.")) {
      FieldDescriptor field = here.findFieldByName(name);
      assertThat(field).as("field %s of %s", path, type.getFullName()).isNotNull();
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        here = field.getMessageType();
      }
    }
  }
}
