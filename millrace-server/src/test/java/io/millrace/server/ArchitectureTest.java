package io.millrace.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The walls that the module list can't hold: what a room may not even learn through a dependency of a dependency. */
class ArchitectureTest {
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.millrace");

    @Test
    void servicesNeverSeeHttp() {
        noClasses()
                .that()
                .resideInAnyPackage("io.millrace.streams..", "io.millrace.glue..", "io.millrace.firehose..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "io.millrace.gateway..", "io.millrace.wire..")
                .check(ALL);
    }

    @Test
    void onlyDestinationsCallOthersOverHttp() {
        noClasses()
                .that()
                .resideInAnyPackage("io.millrace.streams..", "io.millrace.glue..", "io.millrace.firehose..")
                .and()
                .resideOutsideOfPackage("io.millrace.firehose.http..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net.http..")
                .check(ALL);
    }

    @Test
    void nettyLivesInTheGatewayAndNowhereElse() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.millrace.gateway..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(ALL);
    }

    @Test
    void theCellarKnowsNothingOfAws() {
        noClasses()
                .that()
                .resideInAnyPackage("io.millrace.log..", "io.millrace.catalog..", "io.millrace.objects")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.millrace.model..", "software.amazon..")
                .check(ALL);
    }

    @Test
    void onlyTheRoomForItSpeaksS3() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.millrace.objects.s3..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon.awssdk.services.s3..")
                .check(ALL);
    }

    @Test
    void sqlStaysInTheCatalogAndInTheRoomsThatOwnTables() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.millrace.catalog..",
                        "io.millrace.streams..",
                        "io.millrace.glue..",
                        "io.millrace.firehose.definition..",
                        "io.millrace.firehose.engine..",
                        "io.millrace.firehose.redshift..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.sql..")
                .check(ALL);
    }

    @Test
    void noPackageNeedsItself() {
        slices().matching("io.millrace.(**)").should().beFreeOfCycles().check(ALL);
    }

    @Test
    void roomsTakeTheirTimeAndChanceFromOutside() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.millrace.streams..",
                        "io.millrace.glue..",
                        "io.millrace.firehose..",
                        "io.millrace.log..",
                        "io.millrace.catalog..",
                        "io.millrace.objects..")
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(java.util.UUID.class, "randomUUID")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Math.class, "random")
                .check(ALL);
    }
}
