# Kills what a service that was killed itself has left behind. Any POSIX shell runs this, and nothing but it: whoever is
# to end a fork bomb may be given no process for a helper. Its standard input is a pipe whose only writer is the service;
# its lines name the sessions to watch, +pid:start and -pid:start. It says "ready" once it is.
# shellcheck shell=sh disable=SC2086 # Lists of numbers are meant to be split.

trap '' HUP INT QUIT TERM

# All below depends on this; $20 is when the process started.
read -r line < "/proc/$$/stat" || exit 1
set -- ${line##*) }
[ -n "${20}" ] || exit 1
echo ready
# From here on nobody listens. Not /dev/null, which may not be there.
exec >&- 2>&-

watched=''
while read -r line; do
  case $line in
    +*) watched="$watched ${line#?}" ;;
    -*)
      kept=''
      for entry in $watched; do
        [ "$entry" = "${line#?}" ] || kept="$kept $entry"
      done
      watched=$kept
      ;;
  esac
done

# A process with the same number but another start is a stranger, which got the number when the session had ended.
leaders=''
for entry in $watched; do
  pid=${entry%:*}
  if { read -r line < "/proc/$pid/stat"; }; then
    set -- ${line##*) }
    [ "${20}" = "${entry#*:}" ] || continue
  fi
  leaders="$leaders $pid"
done
[ -n "$leaders" ] || exit 0

# Those that start others while they are being killed are looked for again.
sweep=0
while [ $sweep -lt 20 ]; do
  sweep=$((sweep + 1))

  # Most are in their leader's process group: stopped, they start nobody meanwhile.
  for pid in $leaders; do
    kill -STOP -- "-$pid"
  done

  # One look at each process: the members of the sessions, and whose children everybody is. A variable for each parent
  # instead of a list that is searched, so that thousands take no longer each than a few.
  found=''
  for stat in /proc/[0-9]*/stat; do
    { read -r pid name state parent group session rest < "$stat"; } || continue
    case $name\|$state$parent$group$session$rest in
      *\)\|*\)* | *[!\)]\|*)
        # A name of several words, or with brackets in it: the rest comes behind the last one.
        line="$name $state $parent $group $session $rest"
        set -- ${line##*) }
        state=$1 parent=$2 session=$4
        ;;
    esac
    [ "$state" = Z ] && continue
    case "$leaders " in *" $pid "* | *" $session "*) found="$found $pid" ;; esac
    eval "children_${sweep}_$parent=\"\${children_${sweep}_$parent-} $pid\""
  done

  # With all who descend from them, generation by generation.
  victims=''
  while [ -n "$found" ]; do
    next=''
    for pid in $found; do
      eval "seen=\${seen_${sweep}_$pid-} children=\${children_${sweep}_$pid-} seen_${sweep}_$pid=yes"
      [ -z "$seen" ] || continue
      victims="$victims $pid"
      [ -z "$children" ] || next="$next$children"
    done
    found=$next
  done

  [ -n "$victims" ] || exit 0
  kill -KILL $victims
done
