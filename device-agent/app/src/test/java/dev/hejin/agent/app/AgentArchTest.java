package dev.hejin.agent.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The package map, held. */
class AgentArchTest {
  private static final String APP = "dev.hejin.agent.app..";
  private static final String[] CORE = {
    "dev.hejin.agent.model..",
    "dev.hejin.agent.reconcile..",
    "dev.hejin.agent.simulation..",
    "dev.hejin.agent.probe.."
  };
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.hejin.agent");

  @Test
  void shouldKeepCorePlainJava() {
    classes()
        .that(resideInAnyPackage(CORE))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(CORE).or(resideInAnyPackage("java..", "org.jspecify.annotations..")))
        .because("core runs anywhere: put what needs a library behind an interface, in the app")
        .check(CLASSES);
  }

  @Test
  void shouldKeepClocksThreadsAndUnseededChanceOutOfCore() {
    noClasses()
        .that(resideInAnyPackage(CORE))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.util.concurrent..", "java.io..", "java.nio..", "java.net.."))
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.Thread")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.Random")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .because("same seed and orders must give the same figures: take time and seed as inputs")
        .check(CLASSES);
  }

  @Test
  void shouldReadTheImportLinesOfCore() {
    noClasses()
        .that(resideInAPackage("dev.hejin.agent.model.."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "dev.hejin.agent.reconcile..",
                "dev.hejin.agent.simulation..",
                "dev.hejin.agent.probe.."))
        .because("model is the bottom: move the type up, or what it needs down")
        .check(CLASSES);
    noClasses()
        .that(resideInAPackage("dev.hejin.agent.reconcile.."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("dev.hejin.agent.simulation..", "dev.hejin.agent.probe.."))
        .because("reconcile drives any device: ask DeviceDriver")
        .check(CLASSES);
  }

  @Test
  void shouldKeepGeneratedTypesInCodecAndAdapters() {
    noClasses()
        .that(
            resideInAnyPackage(
                "dev.hejin.agent.app.command..",
                "dev.hejin.agent.app.config..",
                "dev.hejin.agent.app.host.."))
        .should()
        .dependOnClassesThat(resideInAnyPackage("dev.hejin.proto..", "com.google.protobuf.."))
        .because("generated types stay in codec and adapters: use the records of the core")
        .check(CLASSES);
  }

  @Test
  void shouldKeepAdaptersUnawareOfEachOther() {
    noClasses()
        .that(resideInAPackage("dev.hejin.agent.app.telemetry.."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("dev.hejin.agent.app.link..", "dev.hejin.agent.app.fleet.."))
        .because("telemetry must go on when a session does not: pass what it needs from command")
        .check(CLASSES);
    noClasses()
        .that(resideInAPackage("dev.hejin.agent.app.link.."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("dev.hejin.agent.app.telemetry..", "dev.hejin.agent.app.fleet.."))
        .because("a session serves any kind of node: take a LocalNode")
        .check(CLASSES);
  }

  @Test
  void shouldKeepVendorsUnawareOfEachOther() {
    slices()
        .matching("dev.hejin.agent.app.probe.(*)..")
        .namingSlices("$1")
        .should()
        .notDependOnEachOther()
        .ignoreDependency(
            resideInAPackage("dev.hejin.agent.app.probe.."),
            resideInAPackage("dev.hejin.agent.app.probe.form.."))
        .because("a vendor's tool changes alone: put what several share into probe.form")
        .check(CLASSES);
    noClasses()
        .that(resideInAPackage("dev.hejin.agent.app.probe.."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "dev.hejin.agent.app.link..",
                "dev.hejin.agent.app.telemetry..",
                "dev.hejin.agent.app.command..",
                "dev.hejin.proto.."))
        .because("a probe tells what its tool tells: join it with the rest in command")
        .check(CLASSES);
  }

  @Test
  void shouldHaveNoCycles() {
    slices()
        .matching("dev.hejin.agent.(**)")
        .should()
        .beFreeOfCycles()
        .because("packages are read bottom up: pass an interface down instead")
        .check(CLASSES);
  }

  @Test
  void shouldReadTheCatalogueInFleetOnly() {
    noClasses()
        .that(resideInAPackage(APP))
        .and()
        .resideOutsideOfPackages("dev.hejin.agent.app.fleet..", "dev.hejin.agent.app.command..")
        .should()
        .dependOnClassesThat(resideInAPackage("dev.hejin.catalog.."))
        .because("a probed node knows itself: only simulated ones come from files")
        .check(CLASSES);
  }
}
