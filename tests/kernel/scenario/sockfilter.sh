# Packets on lo.
start sockfilter sockfilter lo
ready sockfilter TIME
start sockfilter_udp sockfilter -u lo
start sockfilter_none sockfilter nosuch0
ready sockfilter_udp TIME
{
    activity udp 4 20 4000 5000 10
    activity udp 6 7 4001 5001 1000
    ping -q -c 3 -s 56 127.0.0.1 >/dev/null && echo "ping 3"
} >/out/sockfilter.did
collect sockfilter_none
stop sockfilter sockfilter_udp
