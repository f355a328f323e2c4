package io.piperelay.platform;

import java.util.List;

/** An operating system with anonymous pipes, child processes to launch on them, and files that only their owner can use. */
public interface Platform {

    /**
     * Creates the pipes for one child. No child is running yet; the caller owns the pipes and hands them over with
     * {@link ChildPipes#launch} or discards them with {@link ChildPipes#close}.
     *
     * @param bufferSize the capacity of each pipe in bytes, a suggestion that the system may round up; 0 leaves the
     *     choice to the system (like {@code nSize} of <a
     *     href="https://learn.microsoft.com/windows/win32/api/namedpipeapi/nf-namedpipeapi-createpipe">CreatePipe</a>)
     * @throws NativeCallException if the system refused; then nothing is left open
     */
    ChildPipes createPipes(Topology topology, int bufferSize) throws NativeCallException;

    OwnerOnlyFiles ownerOnlyFiles();

    /** Which of the guarantees made here this system cannot keep, for the operator: one line of text each. */
    default List<String> weaknesses() {
        return List.of();
    }
}
