package io.piperelay.platform.windows;

import io.piperelay.platform.ChildPipes;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.OwnerOnlyFiles;
import io.piperelay.platform.Platform;
import io.piperelay.platform.Topology;

/** 64-bit Windows 10 or later, or Windows Server 2016 or later. */
public final class WindowsPlatform implements Platform {

    @Override
    public ChildPipes createPipes(Topology topology, int bufferSize) throws NativeCallException {
        return new WindowsChildPipes(topology, bufferSize);
    }

    @Override
    public OwnerOnlyFiles ownerOnlyFiles() {
        return new WindowsOwnerOnlyFiles();
    }
}
