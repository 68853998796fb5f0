# Congestion controls for TCP made of BPF functions, registered by a guest in C, then by one in Rust, and used for a connection.
controls=/proc/sys/net/ipv4/tcp_available_congestion_control
chosen=/proc/sys/net/ipv4/tcp_congestion_control
usual=$(cat $chosen)
before=$(cat $controls)
{
    echo "before $before"
    for guest in congestion congestion_rust; do
        name=bpf_c
        [ $guest = congestion ] || name=bpf_rust
        start $guest $guest $name
        ready $guest REGISTERED
        echo "$guest $(cat $controls)"
        ready $guest LATER
        echo "later $(cat $controls)"
        echo $name >$chosen
        nc -l -p 4003 </dev/null >/dev/null &
        listener=$!
        tries=0
        until echo hello | nc -w 1 127.0.0.1 4003 2>/dev/null || [ $tries -gt 30 ]; do
            tries=$((tries + 1))
            sleep 0.1
        done
        wait $listener
        echo "$usual" >$chosen
        stop $guest
        echo "after $(cat $controls)"
    done
    # This kernel has no links for tables: of a host that is killed, the loader takes them away.
    start killed congestion bpf_c
    ready killed REGISTERED
    echo "alive $(cat $controls)"
    stop_with KILL killed
    tries=0
    until [ "$(cat $controls)" = "$before" ] || [ $tries -gt 300 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
    echo "killed $(cat $controls)"
} >/out/congestion.did
# The kernel frees tables of functions some time after they have gone.
tries=0
while bpftool prog list | grep -q struct_ops && [ $tries -lt 300 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
