package dev.hejin.scheduler.app;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine's package map and what it may use, held. */
class EngineArchTest {
  private static final String ROOT = "dev.hejin.scheduler.";
  private static final JavaClasses ENGINE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.hejin.scheduler")
          .that(resideOutsideOfPackage("dev.hejin.scheduler.app.."));

  /** Each package and what it may import besides itself. */
  private static final Map<String, List<String>> IMPORTS =
      Map.ofEntries(
          Map.entry("model", List.of()),
          Map.entry("importer", List.of("model")),
          Map.entry("detect", List.of("model")),
          Map.entry("balance", List.of()),
          Map.entry("flow", List.of()),
          Map.entry("coactivation", List.of("balance")),
          Map.entry("bias", List.of()),
          Map.entry(
              "cost",
              List.of("model", "cost.calibration", "cost.collective", "cost.fit", "cost.serving")),
          Map.entry("cost.fit", List.of()),
          Map.entry("cost.kernel", List.of("cost.fit")),
          Map.entry("cost.collective", List.of("cost.fit")),
          Map.entry("cost.serving", List.of("model", "cost.fit")),
          Map.entry("cost.training", List.of("model")),
          Map.entry("cost.observed", List.of("model")),
          Map.entry(
              "cost.calibration",
              List.of("cost.fit", "cost.kernel", "cost.collective", "cost.serving")),
          Map.entry("plan", List.of("model")),
          Map.entry("policy", List.of("model", "cost")),
          Map.entry("policy.registry", List.of("policy..")),
          Map.entry("planner", List.of("model", "cost", "plan", "policy", "policy.registry")),
          Map.entry("lifecycle", List.of("model", "plan", "planner")));

  private static final List<String> POLICY = List.of("model", "cost", "policy", "balance");

  /** Whose iteration order changes from run to run, or whose order nobody promised. */
  private static final Map<Class<?>, Set<String>> UNORDERED =
      Map.of(
          Map.class, Set.of("of", "ofEntries", "copyOf"),
          Set.class, Set.of("of", "copyOf"),
          Collectors.class,
              Set.of("toSet", "toUnmodifiableSet", "toUnmodifiableMap", "groupingByConcurrent"));

  private static final Map<String, Set<String>> CHANCE =
      Map.of(
          "java.lang.System", Set.of("currentTimeMillis", "nanoTime"),
          "java.lang.Math", Set.of("random"),
          "java.util.UUID", Set.of("randomUUID"),
          "java.util.Collection", Set.of("parallelStream"),
          "java.util.stream.BaseStream", Set.of("parallel"),
          "java.util.stream.Stream", Set.of("parallel"),
          "java.util.stream.IntStream", Set.of("parallel"),
          "java.util.stream.LongStream", Set.of("parallel"),
          "java.util.stream.DoubleStream", Set.of("parallel"),
          "java.util.Arrays", Set.of("parallelSort", "parallelPrefix", "parallelSetAll"));

  static Stream<String> packages() {
    return ENGINE.stream()
        .map(c -> c.getPackageName().substring(ROOT.length()))
        .collect(Collectors.toCollection(TreeSet::new))
        .stream();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void shouldImportOnlyWhatTheMapSays(String name) {
    // Given
    List<String> allowed =
        IMPORTS.getOrDefault(name, name.startsWith("policy.") ? POLICY : List.of());
    String[] patterns =
        Stream.concat(Stream.of(name), allowed.stream()).map(p -> ROOT + p).toArray(String[]::new);

    // When, then
    assertThat(IMPORTS.containsKey(name) || name.startsWith("policy."))
        .as("package %s has a line in the map: give it one, here and in ARCHITECTURE.md", name)
        .isTrue();
    classes()
        .that(resideInAPackage(ROOT + name))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(patterns).or(resideOutsideOfPackage(ROOT + ".")))
        .because("move the type down, or take what you need as a parameter")
        .check(ENGINE);
  }

  @Test
  void shouldBePlainJava() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("java..", "org.jspecify.annotations..")
                .or(
                    resideInAPackage("dev.hejin.scheduler..")
                        .and(resideOutsideOfPackage("dev.hejin.scheduler.app.."))))
        .because("decisions run anywhere: do what needs a library in the app, hand in the result")
        .check(ENGINE);
  }

  @Test
  void shouldSeeOptionsOnlyOfThePlannerFromLifecycle() {
    noClasses()
        .that(resideInAPackage("dev.hejin.scheduler.lifecycle"))
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.hejin.scheduler.planner")
                .and(
                    describe(
                        "are not PlanOptions",
                        c -> !c.getName().startsWith("dev.hejin.scheduler.planner.PlanOptions"))))
        .because("events must replay without planning: plans come in as values")
        .check(ENGINE);
  }

  @Test
  void shouldHaveNoPackageCycles() {
    slices()
        .matching("dev.hejin.scheduler.(**)")
        .should()
        .beFreeOfCycles()
        .because("two packages that need each other are one: merge them or move what they share")
        .check(ENGINE);
  }

  @Test
  void shouldNotReadClocksNorRollDice() {
    noClasses()
        .should()
        .callMethodWhere(isOneOf(CHANCE, "reads a clock, chance or runs in parallel"))
        .orShould()
        .callConstructor(Random.class)
        .orShould()
        .dependOnClassesThat(
            resideInAnyPackage("java.util.concurrent..", "java.time..", "java.net..")
                .or(named("java.lang.Thread"))
                .or(named("java.security.SecureRandom")))
        .because(
            "same inputs, same decision: take time and seed as parameters, threads are the app's")
        .check(ENGINE);
  }

  @Test
  void shouldKeepOrderWhereDecisionsAreMade() {
    noClasses()
        .that(
            resideInAnyPackage(
                "dev.hejin.scheduler.plan..",
                "dev.hejin.scheduler.planner..",
                "dev.hejin.scheduler.lifecycle.."))
        .should()
        .dependOnClassesThat(
            named("java.util.HashMap")
                .or(named("java.util.HashSet"))
                .or(named("java.util.IdentityHashMap"))
                .or(named("java.util.WeakHashMap")))
        .orShould()
        .callMethodWhere(isUnordered())
        .because(
            "iteration order of these changes between runs: use lists, TreeMap, LinkedHashMap,"
                + " EnumMap")
        .check(ENGINE);
  }

  private static DescribedPredicate<JavaClass> named(String name) {
    return describe("is " + name, c -> c.getName().equals(name));
  }

  private static DescribedPredicate<JavaCall<?>> isUnordered() {
    Map<String, Set<String>> byName = new TreeMap<>();
    UNORDERED.forEach((owner, methods) -> byName.put(owner.getName(), methods));
    return isOneOf(byName, "makes a collection without a promised order");
  }

  private static DescribedPredicate<JavaCall<?>> isOneOf(
      Map<String, Set<String>> methods, String text) {
    return describe(
        text,
        call -> {
          CodeUnitCallTarget target = call.getTarget();
          return methods
              .getOrDefault(target.getOwner().getName(), Set.of())
              .contains(target.getName());
        });
  }
}
