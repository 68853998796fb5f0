//! Host runtime for WebAssembly guests that drive BPF programs.
