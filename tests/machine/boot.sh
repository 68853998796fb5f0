#!/usr/bin/env bash
# Boots a throwaway machine, runs a scenario in it and keeps what it leaves in /out.
#
#   boot.sh KERNEL SCENARIO OUT SECONDS [PROGRAM]...
#
# SCENARIO is a folder; the machine runs its main.sh. Each PROGRAM goes to /bin with the shared libraries it needs. OUT gets
# the files of /out, and console.log. Fails if the machine is not done after so many SECONDS.
set -euo pipefail
kernel=$1 scenario=$2 out=$3 seconds=$4
shift 4
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
root=$out/root
rm -rf "$out"
mkdir -p "$root"/{bin,dev,proc,sys,scratch,out,scenario,etc,srv}

busybox=$(command -v busybox)
for applet in $("$busybox" --list); do
    ln -s busybox "$root/bin/$applet"
done
cp "$here/init" "$root/init"
cp -r "$scenario"/. "$root/scenario"
for program in "$busybox" "$@"; do
    rm -f "$root/bin/$(basename "$program")"
    cp "$program" "$root/bin/"
    # Lines of ldd that name a file: `libz.so.1 => /lib/.../libz.so.1 (0x...)` and `/lib64/ld-linux-x86-64.so.2 (0x...)`.
    { ldd "$program" 2>/dev/null | grep -o '/[^ ]*' || true; } | while read -r library; do
        [[ -e $root$library ]] || install -D "$library" "$root$library"
    done
done
(cd "$root" && find . -print0 | LC_ALL=C sort -z | cpio -0 -o -H newc -R 0:0 --quiet) | gzip -1 >"$out/initramfs.gz"
rm -r "$root"

# Without KVM, which a machine for tests may lack: the same everywhere.
status=0
timeout --kill-after=5 "$seconds" qemu-system-x86_64 -accel tcg -cpu max -m 1024 -smp 2 \
    -display none -monitor none -nic none -no-reboot \
    -serial "file:$out/console.log" -serial "file:$out/results.tar" \
    -kernel "$kernel" -initrd "$out/initramfs.gz" \
    -append "console=ttyS0 quiet panic=-1 lsm=lockdown,yama,bpf" </dev/null >&2 || status=$?
rm "$out/initramfs.gz"
if ((status)) || ! tar -x -C "$out" -f "$out/results.tar" 2>/dev/null; then
    echo "machine: no results (qemu ended with $status); the console's last lines:" >&2
    tail -n 20 "$out/console.log" >&2
    exit 1
fi
rm "$out/results.tar"
