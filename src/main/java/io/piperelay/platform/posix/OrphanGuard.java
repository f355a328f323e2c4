package io.piperelay.platform.posix;

import io.piperelay.platform.NativeCallException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Ends the children of a service that could not do so itself, because it was killed: what a job object does on Windows.
 *
 * <p>A small shell waits on a pipe whose only writer is the service. The service tells it which POSIX sessions to watch
 * ({@code +pid:start}, {@code -pid:start}); when the pipe ends, however that came about, the shell kills every member of
 * those sessions and all their descendants. (PR_SET_PDEATHSIG would follow a thread instead of the service, and spares the
 * grandchildren.) A process with the same number but another start is a stranger: the number was used again once the
 * session had ended.
 *
 * <p>One shell serves all children of the service. It is started with the first one, and again should it be gone.
 */
final class OrphanGuard implements AutoCloseable {

    private static final String NAME = "pipe-relay-orphan-guard";

    /** In place of a start: the process was gone already, and whoever has its number later is a stranger. */
    private static final String ENDED = "ended";

    private static final String SCRIPT = """
            trap '' HUP INT QUIT TERM
            watched=' '
            while read -r line; do
              pid=${line#?}
              case $line in
                +*) watched="$watched$pid " ;;
                -*)
                  kept=' '
                  for other in $watched; do
                    [ "$other" = "$pid" ] || kept="$kept$other "
                  done
                  watched=$kept
                  ;;
              esac
            done
            same=' '
            for entry in $watched; do
              pid=${entry%:*} start=${entry#*:}
              if { read -r line < "/proc/$pid/stat"; } 2>/dev/null; then
                set -- ${line##*) }
                [ "${20}" = "$start" ] || continue
              fi
              same="$same$pid "
            done
            watched=$same sweep=0
            while [ "$watched" != ' ' ] && [ $sweep -lt 20 ]; do
              sweep=$((sweep + 1)) doomed=$watched victims='' grown=1
              while [ -n "$grown" ]; do
                grown=''
                for stat in /proc/[0-9]*/stat; do
                  { read -r line < "$stat"; } 2>/dev/null || continue
                  pid=${stat#/proc/} pid=${pid%/stat}
                  set -- ${line##*) }
                  [ "$1" = Z ] && continue
                  case $victims in *" $pid "*) continue ;; esac
                  case $watched in *" $pid "* | *" $4 "*) victims="$victims $pid " grown=1 && continue ;; esac
                  case $doomed in *" $2 "*) doomed="$doomed$pid " victims="$victims $pid " grown=1 ;; esac
                done
                doomed="$watched$victims "
              done
              [ -n "$victims" ] || exit 0
              kill -KILL $victims 2>/dev/null
            done
            """;

    /** Tells this guard's shell from all others. */
    private final String mark = UUID.randomUUID().toString();

    private final List<String> newSession;
    private final Map<Long, String> watched = new HashMap<>();
    private @Nullable Process shell;

    /** @param newSession the command prefix that starts a program in a session of its own, or nothing */
    OrphanGuard(List<String> newSession) {
        this.newSession = newSession;
    }

    /** From now on the session that this process leads does not outlive the service. */
    synchronized void watch(long pid) throws NativeCallException {
        watch(pid, ProcStat.of(pid).map(ProcStat::start).orElse(ENDED));
    }

    /** @param start when the process started, as {@link ProcStat} tells */
    synchronized void watch(long pid, String start) throws NativeCallException {
        watched.put(pid, pid + ":" + start);
        Process running = shell;
        if (running == null || !running.isAlive()) {
            shell = start();
        } else {
            tell(running, "+" + watched.get(pid));
        }
    }

    /** The process has ended, and none of its session is left; later calls don't count. */
    synchronized void forget(long pid) {
        Process running = shell;
        String entry = watched.remove(pid);
        if (entry != null && running != null) {
            try {
                tell(running, "-" + entry);
            } catch (NativeCallException e) {
                // The shell is gone, and with it what it knew.
                shell = null;
            }
        }
    }

    private Process start() throws NativeCallException {
        List<String> command = new ArrayList<>(newSession);
        command.addAll(List.of("/bin/sh", "-c", SCRIPT, NAME, mark));
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD);
        Process started = Spawn.start(builder, this::isOwn);
        try {
            for (String entry : watched.values()) {
                tell(started, "+" + entry);
            }
            return started;
        } catch (NativeCallException e) {
            started.destroyForcibly();
            throw e;
        }
    }

    private boolean isOwn(ProcessHandle process) {
        return process.info().arguments().stream().flatMap(Arrays::stream).anyMatch(mark::equals);
    }

    private static void tell(Process shell, String line) throws NativeCallException {
        OutputStream lifeline = shell.getOutputStream();
        try {
            lifeline.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            lifeline.flush();
        } catch (IOException e) {
            throw Errno.failed("posix_spawn", e);
        }
    }

    /** Lets the shell go, which kills what it still watches. */
    @Override
    public synchronized void close() {
        Process running = shell;
        shell = null;
        if (running != null) {
            try {
                running.getOutputStream().close();
            } catch (IOException e) {
                // Nothing was buffered; the descriptor is released.
            }
        }
    }
}
