# Directories removed and refused. What is guarded is below a mount, and has another one in it.
mount -t tmpfs none /srv
mkdir -p /srv/data/a /srv/data/b/c /srv/data/e/f/g/h/i/j/k/l/m/n /srv/data/mounted /srv/database /srv/other/data /scratch/srv/data/a
mkdir /srv/data/relative /srv/datum
mount -t tmpfs none /srv/data/mounted
mkdir -p /srv/data/mounted/in
touch /srv/data/file
start lsm lsm /srv//data/
ready lsm TIME
{
    activity rmdir /srv/data/a /srv/data/b/c /srv/data/b /srv/data/e/f/g/h/i/j/k/l/m/n /srv/data/mounted/in
    (cd /srv/data && activity rmdir relative ../datum)
    activity rmdir /srv/database /srv/other/data /srv/other /scratch/srv/data/a /scratch/srv/data /scratch/srv
    rm /srv/data/file && echo "unlink /srv/data/file"
} >/out/lsm.did
find /srv /scratch/srv -type d >/out/lsm.meanwhile 2>/dev/null
stop_with TERM lsm
activity rmdir /srv/data/a >/out/lsm.afterwards
umount /srv/data/mounted
umount /srv
