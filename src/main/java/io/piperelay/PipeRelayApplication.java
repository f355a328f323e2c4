package io.piperelay;

import io.piperelay.settings.ChildCommandLine;
import io.piperelay.startup.FutileCollection;
import io.piperelay.startup.OutOfMemoryExit;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.task.TaskExecutorMetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ScheduledTasksObservationAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.metrics.TomcatMetricsAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;

/**
 * The application.
 *
 * <p>Excluded is what costs time at every start, and serves nobody: proxies for aspects, and executors for tasks, of which
 * there are none; Tomcat's meters, for which there is {@code web.tomcat}; a second Jackson for the actuator; and error pages, in place of which a valve answers
 * the container's own failures as problem documents.
 */
@SpringBootApplication(
        exclude = {
            AopAutoConfiguration.class,
            ErrorMvcAutoConfiguration.class,
            ScheduledTasksObservationAutoConfiguration.class,
            TaskExecutionAutoConfiguration.class,
            TaskExecutorMetricsAutoConfiguration.class,
            TaskSchedulingAutoConfiguration.class,
            TomcatMetricsAutoConfiguration.class
        },
        // By its name, because it will be gone one day.
        excludeName =
                "org.springframework.boot.actuate.autoconfigure.endpoint.jackson.Jackson2EndpointAutoConfiguration")
public class PipeRelayApplication {

    /** Whether the framework makes ready in another thread what most services need, and this one not: forms, XML, YAML. */
    private static final String NO_PREPARATIONS = "spring.backgroundpreinitializer.ignore";

    public static void main(String[] args) {
        System.setProperty(NO_PREPARATIONS, "true");
        OutOfMemoryExit.install();
        FutileCollection.watch();
        var commandLine = new ChildCommandLine(args);
        var application = new SpringApplication(PipeRelayApplication.class);
        application.addListeners(commandLine);
        application.run(commandLine.settings());
    }
}
