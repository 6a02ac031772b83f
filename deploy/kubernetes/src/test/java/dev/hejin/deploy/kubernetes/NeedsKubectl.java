package dev.hejin.deploy.kubernetes;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Without kubectl the test is reported as skipped. (An assumption before all tests of a class would
 * leave them out of the report.)
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@EnabledIf(
    value = "dev.hejin.deploy.kubernetes.Rendering#isPossible",
    disabledReason = "no kubectl on the PATH")
@interface NeedsKubectl {}
