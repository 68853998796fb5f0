#!/usr/bin/env bash
# Boots a throwaway machine, runs a scenario in it and keeps what it leaves in /out. Takes Linux on x86-64, Debian's apt, and no root:
# what is not installed is unpacked below target/machine.
#
#   boot.sh SCENARIO OUT [PROGRAM]...
#
# SCENARIO is a folder; the machine runs its main.sh. Each PROGRAM goes to /bin with the shared libraries it needs. OUT gets
# the files of /out, and console.log. Ends with 2, and a line that says why, if there can be no machine here.
set -euo pipefail
scenario=$1 out=$2
shift 2
# A machine that hangs is switched off then. It takes a minute if the machine around it has nothing else to do.
minutes=40
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
kernel=$("$here/kernel.sh") || exit 2
qemu=$("$here/program.sh" qemu-system-x86_64 qemu-system-x86) || exit 2
busybox=$("$here/program.sh" busybox busybox-static) || exit 2
cpio=$("$here/program.sh" cpio cpio) || exit 2
root=$out/root
rm -rf "$out"
mkdir -p "$root"/{bin,dev,proc,sys,scratch,out,scenario,etc,srv,tmp,lib/modules}

for applet in $("$busybox" --list); do
    ln -s busybox "$root/bin/$applet"
done
cp "$here/init" "$root/init"
# Of what is no part of the kernel itself, the machine has traffic control.
cp "${kernel%/boot/*}"/lib/modules/*/kernel/net/sched/{sch_ingress,cls_bpf}.ko "$root/lib/modules"
cp -r "$scenario"/. "$root/scenario"
for program in "$busybox" "$@"; do
    rm -f "$root/bin/$(basename "$program")"
    cp "$program" "$root/bin/"
    # Lines of ldd that name a file: `libz.so.1 => /lib/.../libz.so.1 (0x...)` and `/lib64/ld-linux-x86-64.so.2 (0x...)`.
    { ldd "$program" 2>/dev/null | grep -o '/[^ ]*' || true; } | while read -r library; do
        [[ -e $root$library ]] || install -D "$library" "$root$library"
    done
done
(cd "$root" && find . -print0 | LC_ALL=C sort -z | "$cpio" -0 -o -H newc -R 0:0 --quiet) | gzip -1 >"$out/initramfs.gz"
rm -r "$root"

# A program that is not installed finds its libraries beside it.
[[ $qemu != */target/machine/* ]] || export LD_LIBRARY_PATH=${qemu%/bin/*}/lib/x86_64-linux-gnu:${qemu%/usr/bin/*}/lib/x86_64-linux-gnu
# Without KVM, which a machine for tests may lack: the same everywhere. Its clock counts instructions (4 ns each) and jumps to the next
# timer when there is nothing to do, so that what has to happen within a second does, however busy the machine around it is.
status=0
timeout --kill-after=5 "${minutes}m" "$qemu" -accel tcg -icount shift=2,sleep=off -rtc clock=vm -cpu max -m 1024 -smp 1 \
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
