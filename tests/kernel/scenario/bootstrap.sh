# Processes of many kinds, seen by the same example in C, in C with a smallest duration, and in Rust.
start bootstrap bootstrap
start bootstrap_rust bootstrap-rust
ready bootstrap TIME
start bootstrap_slow bootstrap -d 300
ready bootstrap_slow TIME
ready bootstrap_rust TIME
# PATH,END,MS,THREADS
mkdir /programs
processes='/programs/alpha,0,0,0 /programs/beta,7,400,0 /programs/longer-than-a-comm,255,0,0 /programs/threads,3,350,4 /programs/killed,s9,0,0 -,5,0,0'
for i in 0 1 2 3 4 5 6 7 8 9; do
    processes="$processes /programs/quick$i,$i,0,0 /programs/slow,$i,20,1"
done
for process in $processes; do
    path=${process%%,*}
    [ "$path" = - ] || [ -e "$path" ] || ln -s /bin/activity "$path"
done
activity spawn $processes >/out/bootstrap.did
stop bootstrap bootstrap_slow bootstrap_rust
