# Processes of many kinds, seen by the same example in C, in C with a smallest duration, and in Rust.
start bootstrap bootstrap
start bootstrap_rust bootstrap-rust
ready bootstrap TIME
start bootstrap_slow bootstrap -d 300
ready bootstrap_slow TIME
ready bootstrap_rust TIME
# PATH,END,MS,THREADS
mkdir /work
processes='/work/alpha,0,0,0 /work/beta,7,400,0 /work/longer-than-a-comm,255,0,0 /work/threads,3,350,4 /work/killed,s9,0,0 -,5,0,0'
for i in 0 1 2 3 4 5 6 7 8 9; do
    processes="$processes /work/quick$i,$i,0,0 /work/slow,$i,20,1"
done
for process in $processes; do
    path=${process%%,*}
    [ "$path" = - ] || [ -e "$path" ] || ln -s /bin/activity "$path"
done
activity spawn $processes >/out/bootstrap.did
stop bootstrap bootstrap_slow bootstrap_rust
