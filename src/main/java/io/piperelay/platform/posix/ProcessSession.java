package io.piperelay.platform.posix;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All processes that descend from a child: those of the POSIX session that it leads (<a
 * href="https://man7.org/linux/man-pages/man2/setsid.2.html">setsid(2)</a>), also when their parents are gone, and the
 * descendants that opened a session of their own.
 *
 * <p>The kernel keeps a session's number from other processes as long as a member lives. Once the leader has ended,
 * the number is therefore trusted only while one of those that survived it is still there.
 */
final class ProcessSession {

    /** How often members are looked for again, against those that start others while they are being killed. */
    private static final int SWEEPS = 10;

    private final ProcessHandle leader;
    private volatile @Nullable Set<ProcessHandle> survivors;
    private volatile Set<ProcessHandle> known = Set.of();

    ProcessSession(ProcessHandle leader) {
        this.leader = leader;
    }

    /**
     * To be called as soon as the leader has ended, when its number cannot be in use again yet; later calls don't count.
     *
     * @return whether anybody survived it
     */
    synchronized boolean leaderEnded() {
        if (survivors == null) {
            survivors = members();
        }
        return exists();
    }

    /** To be called while the leader lives: those that opened sessions of their own cannot be found through it later. */
    void remember() {
        known = members();
    }

    void kill() {
        known.forEach(ProcessHandle::destroyForcibly);
        Set<ProcessHandle> killed = new HashSet<>();
        for (int sweep = 0; sweep < SWEEPS && exists() && killed.addAll(members()); sweep++) {
            killed.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private boolean exists() {
        Set<ProcessHandle> left = survivors;
        return left == null || left.stream().anyMatch(ProcessHandle::isAlive);
    }

    /** Everything of the session that runs at this moment. */
    private Set<ProcessHandle> members() {
        Set<ProcessHandle> members = new HashSet<>();
        if (leader.isAlive()) {
            members.add(leader); // Just launched, it may not have opened its session yet.
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (isMember(pid)) {
                    ProcessHandle.of(pid).ifPresent(members::add);
                }
            }
        } catch (IOException e) {
            // Without /proc there is the leader's own family, as far as the JDK knows it.
        }
        Set.copyOf(members).forEach(member -> member.descendants().forEach(members::add));
        return members;
    }

    private boolean isMember(long pid) {
        return ProcStat.of(pid)
                .filter(process -> !process.zombie() && process.session() == leader.pid())
                .isPresent();
    }
}
