# Files opened and refused, by two processes: guests see both, one of them by name, one by number, and only the failures.
echo text >/tmp/text
ln -s loop /tmp/loop
ln -s /bin/activity /tmp/reader
files='openat,/tmp/text,0 open,/tmp/text,2 openat2,/tmp/text,1 openat,/tmp/missing,0 open,/tmp/text/below,0 openat2,/tmp/loop,0'
files="$files open,/tmp,1 openat,/tmp/made,0102"
for i in 0 1 2 3 4 5 6 7 8 9; do
    files="$files openat,/tmp/text,0 openat2,/tmp/missing$i,0"
done
/tmp/reader open /tmp/go $files >/out/opensnoop.did &
reader=$!
activity open /tmp/go $files >/out/opensnoop_other.did &
other=$!
start opensnoop opensnoop -e
ready opensnoop PID
start opensnoop_name opensnoop -n read
start opensnoop_pid opensnoop -x -p $other
ready opensnoop_name PID
ready opensnoop_pid PID
touch /tmp/go
wait $reader $other
stop opensnoop opensnoop_name opensnoop_pid
