package io.piperelay.platform;

import java.util.List;

/** An operating system that has anonymous pipes and can launch a child process on them, and keeps files from others. */
public interface Platform {

    /**
     * Creates the pipes that one child will talk through. No child is running yet; the caller owns the pipes and hands
     * them over by {@link ChildPipes#launch} or gives them up by {@link ChildPipes#close}.
     *
     * @param bufferSize the capacity of each pipe in bytes, a suggestion that the system may round up; 0 leaves the
     *     choice to the system (as {@code nSize} of <a
     *     href="https://learn.microsoft.com/windows/win32/api/namedpipeapi/nf-namedpipeapi-createpipe">CreatePipe</a>)
     * @throws NativeCallException if the system refused; nothing is left open then
     */
    ChildPipes createPipes(Topology topology, int bufferSize) throws NativeCallException;

    OwnerOnlyFiles ownerOnlyFiles();

    /** What this system cannot do of all that is promised here, for an operator to know: a line of text each. */
    default List<String> weaknesses() {
        return List.of();
    }
}
