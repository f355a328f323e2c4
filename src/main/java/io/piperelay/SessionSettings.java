package io.piperelay;

import io.piperelay.session.WindowSettings;
import io.piperelay.settings.Ranges;
import io.piperelay.startup.StartException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Which session there is from the start, and how much a session holds of what its child writes, as the operator configured it.
 *
 * @param start the child of a session that is there when the service is ready; a command behind -- comes first, as the profile
 *     with the program's name (bc), whose other settings apply; by default none
 */
@ConfigurationProperties("pipe")
record SessionSettings(
        @Nullable String start,
        @DefaultValue Output output,
        @DefaultValue Errors errors) {

    /** The windows of a session and of the one that it replaces leave half of the heap for everything else. */
    private static final int WINDOWS_PER_HEAP = 4;

    SessionSettings {
        long windows = output.window.toBytes() + errors.window.toBytes();
        long heap = Runtime.getRuntime().maxMemory();
        if (windows > heap / WINDOWS_PER_HEAP) {
            throw new StartException("pipe.output.window and pipe.errors.window are " + windows
                    + " bytes together, more than a quarter of the heap's " + heap + ": make them smaller, or the heap"
                    + " larger (java -Xmx...).");
        }
    }

    WindowSettings windows() {
        return new WindowSettings(
                Math.toIntExact(output.window.toBytes()),
                Math.toIntExact(errors.window.toBytes()),
                output.whenFull == WhenFull.DROP_OLDEST);
    }

    /**
     * @param window how much output is held, from 4KB to 1GB, and with pipe.errors.window no more than a quarter of the heap
     * @param whenFull what happens when the window is full of unread output: the child waits, or with drop-oldest the oldest is
     *     forgotten
     */
    record Output(
            @DefaultValue("1MB") DataSize window,
            @DefaultValue("block") WhenFull whenFull) {

        Output {
            Ranges.check("pipe.output.window", window, "4KB", "1GB");
        }
    }

    enum WhenFull {
        BLOCK,
        DROP_OLDEST
    }

    /** @param window how much of stderr is held, from 4KB to 1GB; the oldest is dropped */
    record Errors(@DefaultValue("256KB") DataSize window) {

        Errors {
            Ranges.check("pipe.errors.window", window, "4KB", "1GB");
        }
    }
}
