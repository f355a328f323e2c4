package io.piperelay.platform.posix;

import io.piperelay.platform.ChildPipes;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.Platform;
import io.piperelay.platform.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Linux. Close it with the service: what its children left behind ends then. */
public final class PosixPlatform implements Platform, AutoCloseable {

    private final Launcher launcher;

    public PosixPlatform() {
        List<String> newSession = setsid();
        this.launcher = new Launcher(newSession, new OrphanGuard(newSession));
    }

    /** util-linux' and busybox' setsid; where there is neither, grandchildren without parents cannot be found. */
    private static List<String> setsid() {
        return Stream.of("/usr/bin/setsid", "/bin/setsid")
                .filter(file -> Files.isExecutable(Path.of(file)))
                .limit(1)
                .toList();
    }

    @Override
    public ChildPipes createPipes(Topology topology, int bufferSize) throws NativeCallException {
        return PosixChildPipes.create(topology, bufferSize, launcher);
    }

    @Override
    public void close() {
        launcher.close();
    }
}
