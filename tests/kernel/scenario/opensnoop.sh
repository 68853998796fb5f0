# Files opened and refused, by two processes: guests see both, one of them by name, one by number, and only the failures.
echo text >/tmp/text
ln -s loop /tmp/loop
ln -s /bin/activity /tmp/reader
files='openat,/tmp/text,0 open,/tmp/text,2 openat2,/tmp/text,1 openat,/tmp/missing,0 open,/tmp/text/below,0 openat2,/tmp/loop,0'
files="$files open,/tmp,1 openat,/tmp/made,0102"
for i in 0 1 2 3 4 5 6 7 8 9; do
    files="$files openat,/tmp/text,0 openat2,/tmp/missing$i,0"
done
/tmp/reader after /tmp/go open $files >/out/opensnoop.did &
reader=$!
activity after /tmp/go open $files >/out/opensnoop_other.did &
other=$!
start opensnoop opensnoop -e
ready opensnoop PID
start opensnoop_name opensnoop -n read
start opensnoop_pid opensnoop -x -p $other
ready opensnoop_name PID
ready opensnoop_pid PID
touch /tmp/go
wait $reader $other
rm /tmp/go
stop opensnoop opensnoop_name opensnoop_pid

# More than the buffer holds, while nobody reads it.
activity after /tmp/go flood 20000 /tmp/flooded >/out/opensnoop_flood.did &
flood=$!
start opensnoop_flood opensnoop -p $flood
ready opensnoop_flood PID
kill -STOP $pid_opensnoop_flood
touch /tmp/go
wait $flood
kill -CONT $pid_opensnoop_flood
stop opensnoop_flood
rm /tmp/go
