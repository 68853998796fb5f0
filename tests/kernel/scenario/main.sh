# Everything that guests are to see, and what there is to know of it beside them.
cd /
. /scenario/lib.sh
for scenario in bootstrap runqlat sockfilter lsm opensnoop kinds congestion; do
    echo "== $scenario at $(cut -d' ' -f1 /proc/uptime)"
    . /scenario/$scenario.sh
    # All guests have ended: nothing of theirs may stay in the kernel.
    for kind in prog map link; do
        bpftool $kind list
    done >/out/$scenario.left 2>&1
done
echo "== end at $(cut -d' ' -f1 /proc/uptime)"
