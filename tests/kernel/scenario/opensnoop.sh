# Files opened and refused, by two processes: guests see both, one of them by name, one by number, and only the failures.
echo text >/scratch/text
ln -s loop /scratch/loop
ln -s /bin/activity /scratch/reader
files='openat,/scratch/text,0 open,/scratch/text,2 openat2,/scratch/text,1 openat,/scratch/missing,0 open,/scratch/text/below,0 openat2,/scratch/loop,0'
files="$files open,/scratch,1 openat,/scratch/made,0102"
for i in 0 1 2 3 4 5 6 7 8 9; do
    files="$files openat,/scratch/text,0 openat2,/scratch/missing$i,0"
done
/scratch/reader after /scratch/go open $files >/out/opensnoop.did &
reader=$!
activity after /scratch/go open $files >/out/opensnoop_other.did &
other=$!
start opensnoop opensnoop -e
ready opensnoop PID
start opensnoop_name opensnoop -n read
start opensnoop_pid opensnoop -x -p $other
ready opensnoop_name PID
ready opensnoop_pid PID
touch /scratch/go
wait $reader $other
rm /scratch/go
stop opensnoop opensnoop_name opensnoop_pid

# More than the buffer holds, while nobody reads it.
activity after /scratch/go flood 20000 /scratch/flooded >/out/opensnoop_flood.did &
flood=$!
start opensnoop_flood opensnoop -p $flood
ready opensnoop_flood PID
kill -STOP $pid_opensnoop_flood
touch /scratch/go
wait $flood
kill -CONT $pid_opensnoop_flood
stop opensnoop_flood
rm /scratch/go
