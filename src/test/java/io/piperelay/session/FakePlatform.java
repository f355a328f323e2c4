package io.piperelay.session;

import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.ChildPipes;
import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.OwnerOnlyFiles;
import io.piperelay.platform.PipeHandles;
import io.piperelay.platform.Platform;
import io.piperelay.platform.Topology;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A system whose children are {@link FakeChild}ren, and whose calls fail when the test says so. */
final class FakePlatform implements Platform {

    private final List<FakeChild> children = new ArrayList<>();
    private final List<Integer> bufferSizes = new ArrayList<>();
    private int openPipes;
    private @Nullable NativeCallException pipeFailure;
    private @Nullable NativeCallException launchFailure;
    private Runnable whileLaunching = () -> {};

    /** The children that were launched, in order. */
    List<FakeChild> children() {
        return children;
    }

    List<Integer> bufferSizes() {
        return bufferSizes;
    }

    /** How many pipes were created but neither handed over nor closed. */
    int openPipes() {
        return openPipes;
    }

    void failPipes(NativeCallException failure) {
        pipeFailure = failure;
    }

    void failLaunches(@Nullable NativeCallException failure) {
        launchFailure = failure;
    }

    /** What happens at the same time as a launch. */
    void whileLaunching(Runnable other) {
        whileLaunching = other;
    }

    @Override
    public ChildPipes createPipes(Topology topology, int bufferSize) throws NativeCallException {
        if (pipeFailure != null) {
            throw pipeFailure;
        }
        bufferSizes.add(bufferSize);
        openPipes++;
        return new Pipes();
    }

    @Override
    public OwnerOnlyFiles ownerOnlyFiles() {
        throw new UnsupportedOperationException("a session has no files");
    }

    private final class Pipes implements ChildPipes {

        private boolean open = true;

        @Override
        public PipeHandles handles() {
            return new PipeHandles("0x3", "0x4", 1);
        }

        @Override
        public ChildProcess launch(ChildCommand command) throws NativeCallException {
            if (launchFailure != null) {
                throw launchFailure;
            }
            close();
            whileLaunching.run();
            var child = new FakeChild(FakeChild.EndsAt.END_OF_INPUT);
            children.add(child);
            return child;
        }

        @Override
        public void close() {
            openPipes -= open ? 1 : 0;
            open = false;
        }
    }
}
