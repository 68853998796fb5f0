# What the scenarios share. A guest of the name NAME leaves /out/NAME.out, .err and, when it has ended, .code; what was done
# meanwhile is told by /out/NAME.did. Sourced by main.sh.

# Runs a guest in the background: start NAME MODULE [ARG]...
start() {
    local name=$1 module=$2
    shift 2
    activity run wasm-bpf "/scenario/guests/$module.wasm" "$@" >"/out/$name.out" 2>"/out/$name.err" &
    eval "pid_$name=$!"
}

# Waits until NAME has printed a line that begins with PATTERN, or has ended.
ready() {
    local pid tries=0
    eval "pid=\$pid_$1"
    until grep -qs "^$2" "/out/$1.out"; do # the shell may be about to make it
        tries=$((tries + 1))
        if [ $tries -gt 300 ] || ! kill -0 "$pid" 2>/dev/null; then
            echo "$1 does not print '$2'"
            return 1
        fi
        sleep 0.1
    done
}

# Ctrl-C for each NAME, when it has had time to print what it was told; then its exit code.
stop() {
    stop_with INT "$@"
}

# The same with another signal: stop_with SIGNAL NAME...
stop_with() {
    local name pid signal=$1
    shift
    sleep 1
    for name in "$@"; do
        eval "pid=\$pid_$name"
        kill "-$signal" "$pid"
    done
    collect "$@"
}

# Waits for each NAME to end by itself; one that does not is killed.
collect() {
    local name pid tries
    for name in "$@"; do
        eval "pid=\$pid_$name"
        tries=0
        while kill -0 "$pid" 2>/dev/null && [ $tries -lt 300 ]; do
            tries=$((tries + 1))
            sleep 0.1
        done
        kill -KILL "$pid" 2>/dev/null && echo "$name did not end"
        wait "$pid"
        echo $? >"/out/$name.code"
    done
}
