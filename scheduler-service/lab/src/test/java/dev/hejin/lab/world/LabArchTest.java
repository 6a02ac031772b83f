package dev.hejin.lab.world;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LabArchTest {
  private static JavaClasses all;

  @BeforeAll
  static void read() {
    all =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.hejin.lab", "dev.hejin.scheduler");
  }

  @Test
  void shouldKeepPhysicsApartFromTheCostModel() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.hejin.lab.physics..",
            "dev.hejin.lab.serving..",
            "dev.hejin.lab.traffic..",
            "dev.hejin.lab.measure..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.hejin.scheduler.cost..",
            "dev.hejin.scheduler.planner..",
            "dev.hejin.scheduler.balance..",
            "dev.hejin.scheduler.policy..")
        .because("a world that asks the planner how fast it is proves nothing; write it anew")
        .check(all);
  }

  @Test
  void shouldNeverBeSeenByTheEngine() {
    noClasses()
        .that()
        .resideInAPackage("dev.hejin.scheduler..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.hejin.lab..")
        .because("the engine decides by what telemetry tells, not by a simulation")
        .check(all);
  }

  @Test
  void shouldNeitherLookAtClocksNorDrawWithoutASeed() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.hejin.lab.scenario..",
            "dev.hejin.lab.chance..",
            "dev.hejin.lab.event..",
            "dev.hejin.lab.traffic..",
            "dev.hejin.lab.routing..",
            "dev.hejin.lab.physics..",
            "dev.hejin.lab.serving..",
            "dev.hejin.lab.control..",
            "dev.hejin.lab.measure..",
            "dev.hejin.lab.world..")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.Random")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.HashMap")
        .because("the same seed gives the same trial; use virtual time and named streams")
        .check(all);
  }
}
