# A process that makes directories, seen through one program of each kind that is there to trace it or to forbid something.
activity after /scratch/go mkdir /scratch/kinds_made,0751 /scratch/kinds_forbidden,0752 /scratch/kinds_refused,0753 >/out/kinds.did &
maker=$!
start kinds kinds $maker
ready kinds KIND
touch /scratch/go
wait $maker
activity udp 4 5 4002 5002 20 >/out/kinds_network.did
stop kinds
rm /scratch/go
