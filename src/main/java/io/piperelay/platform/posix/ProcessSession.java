package io.piperelay.platform.posix;

import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All processes that descend from a child: those of the POSIX session that it leads (<a
 * href="https://man7.org/linux/man-pages/man2/setsid.2.html">setsid(2)</a>), also when their parents are gone, and the
 * descendants that opened a session of their own.
 *
 * <p>The kernel does not reuse a session's id as long as a member lives. Once the leader has ended, the id is therefore
 * trusted only while one of the processes that survived it still exists.
 */
final class ProcessSession {

    /** How often members are searched for, because some may start others while they are being killed. */
    private static final int SWEEPS = 10;

    private final long leader;
    private final Supplier<List<ProcStat>> everybody;
    private volatile @Nullable Set<ProcessId> survivors;
    private volatile Set<ProcessId> known = Set.of();

    /** @param everybody lists all processes anew on each call */
    ProcessSession(long leader, Supplier<List<ProcStat>> everybody) {
        this.leader = leader;
        this.everybody = everybody;
    }

    /** To be called once, when the leader has ended but has not been reaped, so that its pid is not reused yet. */
    void leaderEnded() {
        survivors = members();
    }

    /** Whether any member is running; true as long as {@link #leaderEnded} has not been called. */
    boolean exists() {
        Set<ProcessId> left = survivors;
        return left == null || left.stream().anyMatch(ProcessId::isRunning);
    }

    /**
     * Remembers who there is: descendants with sessions of their own cannot be found through a leader that has ended. If it has
     * ended already, its id may be another session's by now, whose members are not remembered.
     */
    void remember() {
        Set<ProcessId> found = members();
        if (survivors == null) {
            known = found;
        }
    }

    void kill() {
        known.forEach(ProcessId::kill);
        Set<ProcessId> killed = new HashSet<>();
        for (int sweep = 0; sweep < SWEEPS && exists(); sweep++) {
            Set<ProcessId> found = members();
            if (!killed.addAll(found)) {
                return;
            }
            found.forEach(ProcessId::kill);
        }
    }

    /** The session's members that are running now, and all their descendants. */
    private Set<ProcessId> members() {
        List<ProcStat> running =
                everybody.get().stream().filter(process -> !process.zombie()).toList();
        Map<Long, List<ProcStat>> byParent = running.stream().collect(groupingBy(ProcStat::parent));
        Deque<ProcStat> toFollow = new ArrayDeque<>(
                running.stream().filter(process -> process.session() == leader).toList());
        Set<ProcessId> members = new HashSet<>();
        while (!toFollow.isEmpty()) {
            ProcStat member = toFollow.remove();
            if (members.add(member.id())) {
                toFollow.addAll(byParent.getOrDefault(member.id().pid(), List.of()));
            }
        }
        return members;
    }
}
