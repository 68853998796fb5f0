export PATH := $(PATH):/usr/sbin
RUN := cargo run --quiet --release -p bpftool-wasm --
OBJECT := target/examples/bootstrap.bpf.o
VMLINUX := /sys/kernel/btf/vmlinux

.PHONY: all demo examples test fuzz bench setup clean help

all: ## Build the command line tool, target/release/bpftool-wasm
	cargo build --release -p bpftool-wasm

examples: setup ## Build examples/: BPF objects, skeletons, guests and components as wasm modules in target/examples
	@cargo build --release -p bpftool-wasm
	@examples/build.sh

demo: setup ## Print the wasm32 headers of a BPF object and of a kernel struct, build the guests in C
	@cargo build --release -p bpftool-wasm
	@examples/build.sh c
	@printf '\n== bpftool-wasm btf dump file %s type event format c -j\n\n' $(OBJECT)
	@$(RUN) btf dump file $(OBJECT) type event format c -j
	@printf '\n== bpftool-wasm btf dump file %s type wb_writeback_work format c -j\n\n' $(VMLINUX)
	@if [ -r $(VMLINUX) ]; then $(RUN) btf dump file $(VMLINUX) type wb_writeback_work format c -j; \
	else echo "This kernel does not show its BTF: there is no readable $(VMLINUX)."; fi

test: ## Run every check and every test
	@tests/setup.sh test
	@tests/run.sh

fuzz: ## Look for inputs that break something: TARGET=btf for one target, SECONDS=600 for longer than a minute
	@fuzz/run.sh "$(TARGET)" "$(SECONDS)"

bench: ## Compare times with bpftool's and a native consumer's, and show where ours go
	@tests/setup.sh test
	@cargo bench --quiet -p bpftool-wasm
	@cargo bench --quiet -p wasm-bpf-cli

setup: ## Install what the examples take, through apt
	@tests/setup.sh

clean: ## Remove everything built
	cargo clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 8
