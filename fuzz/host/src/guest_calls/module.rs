//! A module that makes calls.

use super::call::{Argument, CLOSE, Call, IMPORTS, Kind, LOAD, MAP, POLL, POLL_BY_NAME};
use super::contents::{CONTENTS, PAGES, SCRATCH};
use super::{ERRORS, NO_RESULT};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType, ExportKind,
    ExportSection, Function, FunctionSection, GlobalSection, GlobalType, ImportSection,
    MemorySection, MemoryType, Module, RefType, TableSection, TableType, TypeSection, ValType,
};

/// Globals: the last object, the last descriptor, whether a call had a result.
const OBJECT: u32 = 0;
const DESCRIPTOR: u32 = 1;
const GOOD: u32 = 2;

/// Makes a call, and notes what came of it.
fn write(call: &Call, code: &mut Function) {
    let mut code = code.instructions();
    for at in 0..call.arguments.len() {
        match call.argument(at) {
            Argument::Object => code.global_get(OBJECT),
            Argument::Descriptor => code.global_get(DESCRIPTOR),
            Argument::Narrow(number) => code.i32_const(number),
            Argument::Wide(number) => code.i64_const(number),
        };
    }
    code.call(call.import.into());
    match call.import {
        LOAD => {
            // 0 is an error: the last object stays.
            code.local_tee(1)
                .i64_eqz()
                .if_(wasm_encoder::BlockType::Empty);
            code.else_().local_get(1).global_set(OBJECT);
            code.i32_const(1).global_set(GOOD).end();
        }
        MAP => {
            code.local_tee(0).i32_const(0).i32_ge_s();
            code.if_(wasm_encoder::BlockType::Empty);
            code.local_get(0).global_set(DESCRIPTOR);
            code.i32_const(1).global_set(GOOD).end();
        }
        // What a callback returned.
        POLL | POLL_BY_NAME => {
            code.drop();
            return;
        }
        _ => {
            code.local_tee(0)
                .i32_eqz()
                .if_(wasm_encoder::BlockType::Empty);
            code.i32_const(1).global_set(GOOD).end();
        }
    }
    if call.import().result == ValType::I32 {
        code.local_get(0).i32_const(-4095).i32_lt_s();
        code.if_(wasm_encoder::BlockType::Empty);
        code.i32_const(NO_RESULT).call(EXIT).end();
    }
}

/// `proc_exit`, after the calls.
const EXIT: u32 = 7;

/// Functions of the module, after those that it imports.
const START: u32 = 8;
const CALLBACK: u32 = 9;

/// A callback for each place of the table from 1 on.
fn callbacks(code: &mut CodeSection) {
    let mut next = |write: &dyn Fn(&mut wasm_encoder::InstructionSink<'_>)| {
        let mut function = Function::new([]);
        write(&mut function.instructions());
        function.instructions().end();
        code.function(&function);
    };
    next(&|code| {
        code.i32_const(0);
    });
    next(&|code| {
        code.i32_const(-1);
    });
    // Closes the object, and goes on.
    next(&|code| {
        code.global_get(OBJECT)
            .call(CLOSE.into())
            .drop()
            .i32_const(0);
    });
    // Polls, also itself.
    next(&|code| {
        code.global_get(OBJECT)
            .global_get(DESCRIPTOR)
            .i32_const(4)
            .i32_const(0);
        code.i32_const(SCRATCH)
            .i32_const(16)
            .i32_const(0)
            .call(POLL.into());
    });
    next(&|code| {
        code.unreachable();
    });
}
const CALLBACKS: u32 = 5;

/// The module of a guest that makes these calls.
pub(super) fn module(calls: &[Call]) -> Vec<u8> {
    let mut types = TypeSection::new();
    let mut imports = ImportSection::new();
    for (i, import) in (0..).zip(&IMPORTS) {
        let parameters = import.kinds.iter().map(|kind| match kind {
            Kind::Object | Kind::Flags => ValType::I64,
            _ => ValType::I32,
        });
        types.ty().function(parameters, [import.result]);
        imports.import(import.module, import.name, EntityType::Function(i));
    }
    let (exit, start, callback) = (EXIT, EXIT + 1, EXIT + 2);
    types.ty().function([ValType::I32], []);
    types.ty().function([], []);
    types.ty().function([ValType::I32; 3], [ValType::I32]);
    imports.import(
        "wasi_snapshot_preview1",
        "proc_exit",
        EntityType::Function(exit),
    );
    let mut functions = FunctionSection::new();
    functions.function(start);
    (0..CALLBACKS).for_each(|_| {
        functions.function(callback);
    });
    let mut code = CodeSection::new();
    let mut body = Function::new([(1, ValType::I32), (1, ValType::I64)]);
    calls.iter().for_each(|call| write(call, &mut body));
    let mut end = body.instructions();
    end.global_get(GOOD)
        .i32_eqz()
        .if_(wasm_encoder::BlockType::Empty);
    end.i32_const(ERRORS).call(EXIT).end().end();
    code.function(&body);
    callbacks(&mut code);
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions);
    surroundings(&mut module, &code);
    module.finish()
}

/// All that is the same in every module.
fn surroundings(module: &mut Module, code: &CodeSection) {
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: 8,
        maximum: None,
        shared: false,
    });
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: PAGES,
        maximum: Some(PAGES),
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut globals = GlobalSection::new();
    let (zero, none) = (ConstExpr::i64_const(0), ConstExpr::i32_const(0));
    for (val_type, value) in [
        (ValType::I64, &zero),
        (ValType::I32, &none),
        (ValType::I32, &none),
    ] {
        let kind = GlobalType {
            val_type,
            mutable: true,
            shared: false,
        };
        globals.global(kind, value);
    }
    let mut exports = ExportSection::new();
    exports.export("_start", ExportKind::Func, START);
    exports.export("go-callback", ExportKind::Func, CALLBACK);
    exports.export("memory", ExportKind::Memory, 0);
    exports.export("__indirect_function_table", ExportKind::Table, 0);
    let mut elements = ElementSection::new();
    // The callbacks, then a function of another type.
    let mut placed: Vec<u32> = (CALLBACK..CALLBACK + CALLBACKS).collect();
    placed.push(START);
    elements.active(
        None,
        &ConstExpr::i32_const(1),
        Elements::Functions(placed.into()),
    );
    let mut data = DataSection::new();
    for (at, bytes) in CONTENTS.images.iter().chain(&CONTENTS.texts) {
        data.active(0, &ConstExpr::i32_const(*at), bytes.iter().copied());
    }
    module.section(&tables).section(&memories).section(&globals);
    module.section(&exports).section(&elements).section(code);
    module.section(&data);
}
