# Processes that compete for a processor, seen by the same example in C and in Rust, each for every process, and for all together.
start runqlat runqlat -P
start runqlat_rust runqlat-rust -P
ready runqlat Tracing
ready runqlat_rust Tracing
grep ctxt /proc/stat >/out/runqlat_all.did
start runqlat_all runqlat 1 4
ready runqlat_all Tracing
activity compete 3 1000 100 >/out/runqlat.did
# Without an interval, the only summary is that of Ctrl-C.
collect runqlat_all
grep ctxt /proc/stat >>/out/runqlat_all.did
stop runqlat runqlat_rust
