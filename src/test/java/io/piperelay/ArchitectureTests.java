package io.piperelay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.piperelay.platform.Platform;

/** The packages, and which of them may depend on which. */
@AnalyzeClasses(packages = "io.piperelay", importOptions = DoNotIncludeTests.class)
class ArchitectureTests {

    @ArchTest
    static final ArchRule layersLookInOneDirection = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("wiring")
            .definedBy("io.piperelay")
            .layer("startup")
            .definedBy("io.piperelay.startup")
            .layer("settings")
            .definedBy("io.piperelay.settings")
            .layer("files")
            .definedBy("io.piperelay.files")
            .layer("web")
            .definedBy("io.piperelay.web..")
            .layer("metrics")
            .definedBy("io.piperelay.metrics")
            .layer("restart")
            .definedBy("io.piperelay.restart")
            .layer("session")
            .definedBy("io.piperelay.session")
            .layer("bytes")
            .definedBy("io.piperelay.bytes")
            .layer("platform")
            .definedBy("io.piperelay.platform")
            .layer("posix")
            .definedBy("io.piperelay.platform.posix")
            .layer("windows")
            .definedBy("io.piperelay.platform.windows")
            .layer("half-duplex")
            .definedBy("io.piperelay.halfduplex")
            .layer("agent")
            .definedBy("io.piperelay.agent")
            .whereLayer("wiring")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("startup")
            .mayOnlyBeAccessedByLayers("wiring", "settings", "files", "web")
            .whereLayer("settings")
            .mayOnlyBeAccessedByLayers("wiring", "web")
            .whereLayer("files")
            .mayOnlyBeAccessedByLayers("wiring", "web")
            .whereLayer("metrics")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("web")
            .mayOnlyBeAccessedByLayers("wiring", "metrics")
            .whereLayer("restart")
            .mayOnlyBeAccessedByLayers("wiring", "settings", "metrics")
            .whereLayer("session")
            .mayOnlyBeAccessedByLayers("wiring", "restart", "web", "metrics")
            .whereLayer("bytes")
            .mayOnlyBeAccessedByLayers("wiring", "settings", "session", "web")
            .whereLayer("posix")
            .mayOnlyBeAccessedByLayers("wiring")
            .whereLayer("windows")
            .mayOnlyBeAccessedByLayers("wiring")
            .whereLayer("half-duplex")
            .mayOnlyBeAccessedByLayers("session", "agent")
            .whereLayer("agent")
            .mayNotBeAccessedByAnyLayer()
            .because("a byte goes from the web through the session to the platform and back, and nothing else does");

    @ArchTest
    static final ArchRule nativeCallsStayWithTheirSystem = noClasses()
            .that()
            .resideOutsideOfPackages("io.piperelay.platform.posix", "io.piperelay.platform.windows")
            .and()
            .doNotHaveSimpleName("PipeRelayConfiguration")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..")
            .because("only the two systems' rooms may call native code; the wiring asks JNA which of them to enter");

    @ArchTest
    static final ArchRule aSystemShowsItselfAsAPlatformOnly = classes()
            .that()
            .resideInAnyPackage("io.piperelay.platform.posix", "io.piperelay.platform.windows")
            .and()
            .areTopLevelClasses()
            .and()
            .arePublic()
            .should()
            .implement(Platform.class)
            .because("what a system does in its own way is said once, in the platform's words");

    @ArchTest
    static final ArchRule processesAreStartedInOnePlace = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.ProcessBuilder")
            .orShould()
            .callMethod(Runtime.class, "exec", String[].class)
            .because("the JDK hides why a program could not be started, and as the first process of a container the"
                    + " service reaps whatever it has not started itself");

    @ArchTest
    static final ArchRule theCoreKnowsNoFramework = noClasses()
            .that()
            .resideInAnyPackage("io.piperelay.platform..", "io.piperelay.session", "io.piperelay.restart")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "jakarta..", "tools.jackson..")
            .because("pipes and processes do not need HTTP to be understood, tested or used");

    @ArchTest
    static final ArchRule whatIsMeasuredKnowsNothingOfIt = noClasses()
            .that()
            .resideOutsideOfPackage("io.piperelay.metrics")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.micrometer..", "io.prometheus..")
            .because("the session counts in its own words, and what is done with that is the metrics' affair");

    @ArchTest
    static final ArchRule bytesStandOnTheJdkAlone = classes()
            .that()
            .resideInAPackage("io.piperelay.bytes")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "io.piperelay.bytes")
            .because("what is done with bytes does not depend on where they come from");

    @ArchTest
    static final ArchRule theAgentStandsOnTheJdkAlone = classes()
            .that()
            .resideInAnyPackage("io.piperelay.agent", "io.piperelay.halfduplex")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "io.piperelay.agent", "io.piperelay.halfduplex")
            .because("the agent's jar holds nothing else");

    @ArchTest
    static final ArchRule onlyOneRoomKnowsTheContainer = noClasses()
            .that()
            .resideOutsideOfPackage("io.piperelay.web.tomcat")
            .and()
            .doNotHaveSimpleName("ProblemAdvice")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache..")
            .because("the container can be changed only if few know it; the advice tells its exceptions apart");

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("io.piperelay.(**)").should().beFreeOfCycles();
}
