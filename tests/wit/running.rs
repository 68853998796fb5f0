//! A guest that decodes and encodes what it is given, in a wasm engine.

/// A running guest.
pub(crate) struct Guest {
    store: wasmi::Store<()>,
    instance: wasmi::Instance,
}

impl Guest {
    /// Instantiates a module; what it imports must not be called.
    pub(crate) fn new(module: &[u8]) -> Self {
        let engine = wasmi::Engine::default();
        let module = wasmi::Module::new(&engine, module).expect("a valid module");
        let mut store = wasmi::Store::new(&engine, ());
        let mut linker = wasmi::Linker::new(&engine);
        // What a guest that panics writes is shown as it is.
        for import in module.imports() {
            let wasmi::ExternType::Func(ty) = import.ty() else {
                panic!("imports {}", import.name());
            };
            let name = import.name().to_owned();
            let function =
                move |mut caller: wasmi::Caller<'_, ()>, args: &[_], results: &mut [_]| {
                    results[0] = wasmi::Val::I32(0);
                    match name.as_str() {
                        "fd_write" => show(&mut caller, args),
                        // There are no variables: the room for their number is 0.
                        "environ_sizes_get" | "environ_get" => {}
                        _ => return Err(wasmi::Error::new(format!("{name} was called"))),
                    }
                    Ok(())
                };
            let function = wasmi::Func::new(&mut store, ty.clone(), function);
            let _ = linker.define(import.module(), import.name(), function);
        }
        let instance = linker.instantiate_and_start(&mut store, &module);
        let instance = instance.expect("an instance");
        Guest { store, instance }
    }

    fn call(&mut self, name: &str, args: &[u32]) -> u32 {
        let function = self.instance.get_func(&self.store, name);
        let args: Vec<_> = args
            .iter()
            .map(|arg| wasmi::Val::I32(arg.cast_signed()))
            .collect();
        let mut result = [wasmi::Val::I32(0)];
        function
            .expect("an export")
            .call(&mut self.store, &args, &mut result)
            .unwrap_or_else(|e| panic!("{name} {args:?}: {e:?}"));
        result[0].i32().expect("an i32").cast_unsigned()
    }

    fn memory(&mut self) -> &mut [u8] {
        let memory = self.instance.get_memory(&self.store, "memory");
        memory.expect("memory").data_mut(&mut self.store)
    }

    /// Bytes and text of the value, or the text of an error.
    pub(crate) fn round_trip(
        &mut self,
        which: usize,
        bytes: &[u8],
    ) -> Result<(Vec<u8>, String), String> {
        let at = self.call("give", &[bytes.len() as u32]) as usize;
        self.memory()[at..at + bytes.len()].copy_from_slice(bytes);
        let result = self.call("round_trip", &[which as u32]).cast_signed();
        let (at, len) = (self.call("taken", &[]), self.call("taken_len", &[]));
        let taken = self.memory()[at as usize..(at + len) as usize].to_vec();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
        match usize::try_from(result) {
            Ok(len) => Ok((taken[..len].to_vec(), text(&taken[len..]))),
            Err(_) => Err(text(&taken)),
        }
    }
}

/// Prints what `fd_write` is given.
fn show(caller: &mut wasmi::Caller<'_, ()>, args: &[wasmi::Val]) {
    let memory = caller
        .get_export("memory")
        .and_then(wasmi::Extern::into_memory);
    let memory = memory.expect("memory").data_mut(caller);
    let word = |memory: &[u8], at: usize| {
        let bytes = memory[at..at + 4].try_into().expect("4 bytes");
        u32::from_le_bytes(bytes) as usize
    };
    let arg = |i: usize| args[i].i32().expect("an i32") as usize;
    let mut written = 0_u32;
    for i in 0..arg(2) {
        let at = arg(1) + 8 * i;
        let (start, len) = (word(memory, at), word(memory, at + 4));
        print!("{}", String::from_utf8_lossy(&memory[start..start + len]));
        written += len as u32;
    }
    memory[arg(3)..arg(3) + 4].copy_from_slice(&written.to_le_bytes());
}
