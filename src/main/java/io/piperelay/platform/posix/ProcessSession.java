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
 * <p>The kernel keeps a session's number from other processes as long as a member lives. Once the leader has ended,
 * the number is therefore trusted only while one of those that survived it is still there.
 */
final class ProcessSession {

    /** How often members are looked for again, against those that start others while they are being killed. */
    private static final int SWEEPS = 10;

    private final long leader;
    private final Supplier<List<ProcStat>> everybody;
    private volatile @Nullable Set<ProcessId> survivors;
    private volatile Set<ProcessId> known = Set.of();

    /** @param everybody looks at all processes, once each time it is asked */
    ProcessSession(long leader, Supplier<List<ProcStat>> everybody) {
        this.leader = leader;
        this.everybody = everybody;
    }

    /** To be called when the leader has ended, and nobody has reaped it yet, so that its number is its own; once. */
    void leaderEnded() {
        survivors = members();
    }

    /** Whether any of it runs; as long as the leader was not said to have ended, it does. */
    boolean exists() {
        Set<ProcessId> left = survivors;
        return left == null || left.stream().anyMatch(ProcessId::isRunning);
    }

    /** To be called while the leader lives: those that opened sessions of their own cannot be found through it later. */
    void remember() {
        known = members();
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

    /** Everything of the session that runs at this moment, and all that descends from it. */
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
