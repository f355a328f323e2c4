package io.piperelay.platform.posix;

import io.piperelay.platform.ChildPipes;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.OwnerOnlyFiles;
import io.piperelay.platform.Platform;
import io.piperelay.platform.Topology;
import java.util.List;
import java.util.stream.Stream;

/** Linux. To be closed with the service, which ends what its children have left behind. */
public final class PosixPlatform implements Platform, AutoCloseable {

    private final OrphanGuard guard;
    private final Launcher launcher;

    public PosixPlatform() {
        this(Spawn.ofThisSystem());
    }

    PosixPlatform(Spawn spawn) {
        var own = new OwnProcesses(spawn);
        this.guard = new OrphanGuard(own, "/bin/sh");
        this.launcher = new Launcher(own, guard);
        own.reapOrphansAsInit();
    }

    @Override
    public List<String> weaknesses() {
        return Stream.ofNullable(guard.weakness()).toList();
    }

    @Override
    public ChildPipes createPipes(Topology topology, int bufferSize) throws NativeCallException {
        return new PosixChildPipes(topology, bufferSize, launcher);
    }

    @Override
    public OwnerOnlyFiles ownerOnlyFiles() {
        return new PosixOwnerOnlyFiles();
    }

    @Override
    public void close() {
        launcher.close();
    }
}
