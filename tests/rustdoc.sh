#!/bin/sh
# rustdoc with the options that its stable releases have for those who ask so: that of its machine-readable output is one.
RUSTC_BOOTSTRAP=1 exec rustdoc "$@"
