package dev.hejin.scheduler.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Event;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The app's package map, held. */
class AppArchTest {
  private static final String ROOT = "dev.hejin.scheduler.app";
  private static final String GENERATED = "dev.hejin.proto..";
  private static final JavaClasses APP =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  /** Each package and what of the app it may import besides itself. */
  private static final Map<String, List<String>> IMPORTS =
      Map.ofEntries(
          Map.entry("", List.of(".config", ".runtime", ".security")),
          Map.entry(".config", List.of()),
          Map.entry(".port", List.of()),
          Map.entry(".observe", List.of()),
          Map.entry(".codec", List.of(".port")),
          Map.entry(".store", List.of(".codec", ".config")),
          Map.entry(".telemetry", List.of(".config", ".port")),
          Map.entry(".security", List.of(".codec", ".config", ".observe", ".port")),
          Map.entry(".control", List.of(".codec", ".config", ".port", ".runtime", ".security")),
          Map.entry(".api", List.of(".codec", ".config", ".port", ".runtime")),
          Map.entry(".training", List.of(".codec")),
          Map.entry(
              ".runtime",
              List.of(".codec", ".config", ".observe", ".port", ".store", ".telemetry")));

  static Stream<String> packages() {
    return APP.stream()
        .map(c -> c.getPackageName().substring(ROOT.length()))
        .collect(Collectors.toCollection(TreeSet::new))
        .stream();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void shouldImportOnlyWhatTheMapSays(String name) {
    // Given
    String[] patterns =
        Stream.concat(Stream.of(name), IMPORTS.getOrDefault(name, List.of()).stream())
            .map(p -> ROOT + p)
            .toArray(String[]::new);

    // When, then
    assertThat(IMPORTS)
        .as("package '%s' has a line in the map: give it one, here and in ARCHITECTURE.md", name)
        .containsKey(name);
    classes()
        .that(resideInAPackage(ROOT + name))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(patterns).or(resideOutsideOfPackage(ROOT + "..")))
        .because(
            "adapters do not see each other and the runtime sees no protocol: hand values over"
                + " through app.port")
        .check(APP);
  }

  @Test
  void shouldKeepGeneratedTypesInCodecAndAdapters() {
    noClasses()
        .that(
            resideOutsideOfPackage(ROOT + ".codec")
                .and(resideOutsideOfPackage(ROOT + ".api"))
                .and(resideOutsideOfPackage(ROOT + ".control"))
                .and(resideOutsideOfPackage(ROOT + ".training"))
                .and(resideOutsideOfPackage(ROOT + ".telemetry"))
                .and(resideOutsideOfPackage(ROOT + ".store")))
        .should()
        .dependOnClassesThat(resideInAPackage(GENERATED))
        .because("messages change with the protocol: let app.codec make an engine value of them")
        .check(APP);
  }

  @Test
  void shouldChangeStateInOnePlace() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + ".runtime.Committer")
        .should()
        .callMethod(ClusterState.class, "apply", Event.class, long.class)
        .orShould()
        .callConstructor(ClusterState.class)
        .because("what was not committed must not change state: give Committer a Command")
        .check(APP);
  }

  @Test
  void shouldHaveNoPackageCycles() {
    slices()
        .matching(ROOT + ".(**)")
        .should()
        .beFreeOfCycles()
        .because("two packages that need each other are one: put what they share into app.port")
        .check(APP);
  }
}
