//! A guest of the mock host: a wasm module, whose imports are connected.

use crate::mock::host::{Behaviour, Host, Operation};
use wasmi::{Caller, Engine, Error, Extern, Linker, Module, Ref, Store, Val};

/// What is behind the imports.
#[derive(Debug)]
pub struct World {
    pub host: Host,
    /// What it printed, on both streams.
    pub printed: String,
}

/// Runs a guest to its end, which has to be a good one; what the host saw.
pub fn run(name: &str, module: &[u8], behaviour: Behaviour) -> World {
    let engine = Engine::default();
    let module = Module::new(&engine, module).expect("a valid module");
    let world = World {
        host: Host::new(behaviour),
        printed: String::new(),
    };
    let mut store = Store::new(&engine, world);
    let mut linker = Linker::new(&engine);
    link(&mut linker).expect("six calls");
    link_wasi(&mut linker, &module).expect("some more");
    let instance = linker
        .instantiate_and_start(&mut store, &module)
        .expect("an instance");
    let start = instance
        .get_typed_func::<(), ()>(&store, "_start")
        .expect("a command");
    let result = start.call(&mut store, ());
    let world = store.into_data();
    if let Err(error) = result {
        let code = error.i32_exit_status();
        assert!(
            code == Some(0),
            "{name} ended with {error}:\n{}\n{:#?}",
            world.printed,
            world.host.calls
        );
    }
    for (i, object) in world.host.objects.iter().enumerate() {
        assert!(!object.open, "{name}: object {} was not closed", i + 1);
    }
    world
}

type Guest<'a> = Caller<'a, World>;

fn memory<'c>(caller: &'c mut Guest<'_>) -> (&'c mut [u8], &'c mut World) {
    let memory = caller
        .get_export("memory")
        .and_then(Extern::into_memory)
        .expect("a memory");
    memory.data_and_store_mut(caller)
}

/// A part of the guest's memory. An address that is not in it, or NULL, is a bug of the guest: it traps.
fn bytes(caller: &mut Guest<'_>, at: i32, len: usize) -> Result<Vec<u8>, Error> {
    let (memory, _) = memory(caller);
    let at = at as u32 as usize;
    let found = memory
        .get(at..)
        .and_then(|rest| rest.get(..len))
        .filter(|_| at >= 16 || len == 0);
    found
        .map(<[u8]>::to_vec)
        .ok_or_else(|| Error::new(format!("{len} bytes at {at}")))
}

fn text(caller: &mut Guest<'_>, at: i32) -> Result<String, Error> {
    let (memory, _) = memory(caller);
    let rest = memory.get(at as u32 as usize..).unwrap_or_default();
    let len = rest
        .iter()
        .position(|byte| *byte == 0)
        .ok_or_else(|| Error::new("no text"))?;
    if at == 0 {
        return Ok(String::new());
    }
    Ok(String::from_utf8_lossy(&rest[..len]).into_owned())
}

fn store(caller: &mut Guest<'_>, at: i32, value: &[u8]) -> Result<(), Error> {
    bytes(caller, at, value.len())?;
    let (memory, _) = memory(caller);
    memory[at as u32 as usize..][..value.len()].copy_from_slice(value);
    Ok(())
}

fn link(linker: &mut Linker<World>) -> Result<(), Error> {
    const MODULE: &str = "wasm_bpf";
    linker.func_wrap(
        MODULE,
        "wasm_load_bpf_object",
        |mut caller: Guest<'_>, at: i32, len: i32| -> Result<i64, Error> {
            let image = bytes(&mut caller, at, len as u32 as usize)?;
            Ok(caller.data_mut().host.load(&image) as i64)
        },
    )?;
    linker.func_wrap(
        MODULE,
        "wasm_close_bpf_object",
        |mut caller: Guest<'_>, object: i64| caller.data_mut().host.close(object as u64),
    )?;
    linker.func_wrap(
        MODULE,
        "wasm_attach_bpf_program",
        |mut caller: Guest<'_>, object: i64, name: i32, target: i32| -> Result<i32, Error> {
            let (name, target) = (text(&mut caller, name)?, text(&mut caller, target)?);
            Ok(caller.data_mut().host.attach(object as u64, &name, &target))
        },
    )?;
    linker.func_wrap(
        MODULE,
        "wasm_bpf_map_fd_by_name",
        |mut caller: Guest<'_>, object: i64, name: i32| -> Result<i32, Error> {
            let name = text(&mut caller, name)?;
            Ok(caller.data_mut().host.map_fd(object as u64, &name))
        },
    )?;
    linker.func_wrap(MODULE, "wasm_bpf_buffer_poll", poll)?;
    linker.func_wrap(MODULE, "wasm_bpf_map_operate", operate)?;
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "the host's interface")]
fn poll(
    mut caller: Guest<'_>,
    object: i64,
    fd: i32,
    function: i32,
    context: i32,
    data: i32,
    room: i32,
    _timeout: i32,
) -> Result<i32, Error> {
    let (events, behaviour) = match caller.data_mut().host.poll(object as u64, fd) {
        Ok(found) => found,
        Err(error) => return Ok(error),
    };
    let (returns_callback, whole) = (behaviour.poll_returns_callback, behaviour.tells_whole_size);
    let table = caller
        .get_export("__indirect_function_table")
        .and_then(Extern::into_table);
    let table = table.ok_or_else(|| Error::new("no function table"))?;
    let function = match table.get(&caller, function as u32 as u64) {
        Some(Ref::Func(function)) => function.val().copied(),
        _ => None,
    };
    let function = function.ok_or_else(|| Error::new("no such function"))?;
    let (mut count, mut last) = (0, 0);
    for event in events {
        let part = &event[..event.len().min(room as usize)];
        store(&mut caller, data, part)?;
        let size = if whole { event.len() } else { part.len() };
        let args = [context, data, size as i32].map(Val::I32);
        let mut result = [Val::I32(0)];
        function.call(&mut caller, &args, &mut result)?;
        last = result[0].i32().unwrap_or_default();
        count += 1;
        if last < 0 {
            break;
        }
    }
    Ok(if returns_callback || last < 0 {
        last
    } else {
        count
    })
}

fn operate(
    mut caller: Guest<'_>,
    fd: i32,
    command: i32,
    key: i32,
    value: i32,
    next: i32,
    flags: i64,
) -> Result<i32, Error> {
    let operation = match command {
        1 => Operation::Lookup,
        2 => Operation::Update,
        3 => Operation::Delete,
        4 => Operation::NextKey,
        _ => return Ok(-22),
    };
    caller.data_mut().host.record(operation, fd);
    let Some(map) = caller.data_mut().host.map_of(fd) else {
        return Ok(-9);
    };
    let (key_size, value_size) = (map.key_size, map.value_size);
    let key = bytes(&mut caller, key, key_size)?;
    let written = match operation {
        Operation::Update => bytes(&mut caller, value, value_size)?,
        _ => Vec::new(),
    };
    let Some(map) = caller.data_mut().host.map_of(fd) else {
        return Ok(-9);
    };
    let found = match operation {
        Operation::Update => return Ok(map.update(&key, &written, flags as u64)),
        Operation::Delete => return Ok(map.delete(&key)),
        Operation::Lookup => map.lookup(&key).map(|found| (value, found)),
        Operation::NextKey => map.next_key(&key).map(|found| (next, found)),
    };
    match found {
        Ok((at, found)) => store(&mut caller, at, &found).map(|()| 0),
        Err(error) => Ok(error),
    }
}

const WASI: &str = "wasi_snapshot_preview1";

/// One argument, the guest's name; a clock that stands still.
fn link_environment(linker: &mut Linker<World>) -> Result<(), Error> {
    const NAME: &[u8] = b"guest\0";
    linker.func_wrap(
        WASI,
        "args_sizes_get",
        |mut caller: Guest<'_>, count: i32, size: i32| -> Result<i32, Error> {
            store(&mut caller, count, &1_u32.to_le_bytes())?;
            store(&mut caller, size, &(NAME.len() as u32).to_le_bytes())?;
            Ok(0)
        },
    )?;
    linker.func_wrap(
        WASI,
        "args_get",
        |mut caller: Guest<'_>, args: i32, text: i32| -> Result<i32, Error> {
            store(&mut caller, args, &text.to_le_bytes())?;
            store(&mut caller, text, NAME)?;
            Ok(0)
        },
    )?;
    linker.func_wrap(
        WASI,
        "clock_time_get",
        |mut caller: Guest<'_>, _clock: i32, _precision: i64, time: i32| -> Result<i32, Error> {
            store(&mut caller, time, &0_u64.to_le_bytes())?;
            Ok(0)
        },
    )?;
    Ok(())
}

/// What wasi-libc asks of a system: output is kept, most of the rest is not there.
fn link_wasi(linker: &mut Linker<World>, module: &Module) -> Result<(), Error> {
    const NOT_SUPPORTED: i32 = 58;
    linker.allow_shadowing(true);
    for import in module.imports().filter(|import| import.module() == WASI) {
        let ty = import.ty().func().expect("a function").clone();
        linker.func_new(WASI, import.name(), ty, |_, _, results| {
            results.fill(Val::I32(NOT_SUPPORTED));
            Ok(())
        })?;
    }
    linker.func_wrap(WASI, "proc_exit", |code: i32| -> Result<(), Error> {
        Err(Error::i32_exit(code))
    })?;
    link_environment(linker)?;
    linker.func_wrap(
        WASI,
        "fd_write",
        |mut caller: Guest<'_>,
         _fd: i32,
         vectors: i32,
         count: i32,
         written: i32|
         -> Result<i32, Error> {
            let mut all = Vec::new();
            for i in 0..count {
                let pair = bytes(&mut caller, vectors + 8 * i, 8)?;
                let word = |at: usize| {
                    i32::from_le_bytes([pair[at], pair[at + 1], pair[at + 2], pair[at + 3]])
                };
                all.extend(bytes(&mut caller, word(0), word(4) as usize)?);
            }
            caller.data_mut().printed += &String::from_utf8_lossy(&all);
            store(&mut caller, written, &(all.len() as u32).to_le_bytes())?;
            Ok(0)
        },
    )?;
    Ok(())
}
