package dev.hejin.lab.experiment;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ExperimentArchTest {
  private static final String[] EXPERIMENTS = {
    "dev.hejin.lab.experiment..",
    "dev.hejin.lab.statistics..",
    "dev.hejin.lab.comparison..",
    "dev.hejin.lab.report..",
    "dev.hejin.lab.advisor.."
  };

  private static JavaClasses all;

  @BeforeAll
  static void read() {
    all =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.hejin.lab");
  }

  @Test
  void shouldWriteNothingThatDependsOnTheTimeOfDay() {
    noClasses()
        .that()
        .resideInAnyPackage(EXPERIMENTS)
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("java.time..")
        .because("two runs of one seed write the same bytes; tell times on the console")
        .check(all);
  }

  @Test
  void shouldKnowTheWorldByItsContractOnly() {
    noClasses()
        .that()
        .resideInAnyPackage(EXPERIMENTS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.hejin.lab.world..",
            "dev.hejin.lab.physics..",
            "dev.hejin.lab.serving..",
            "dev.hejin.lab.control..",
            "dev.hejin.lab.measure..")
        .because("experiments are tested with worlds whose truth is known; go through Simulator")
        .check(all);
  }

  @Test
  void shouldKeepStatisticsFreeOfEverythingElse() {
    noClasses()
        .that()
        .resideInAPackage("dev.hejin.lab.statistics..")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "java..", "org.hipparchus..", "org.jspecify..", "dev.hejin.lab.statistics..")
        .because("numbers in, numbers out")
        .check(all);
  }
}
