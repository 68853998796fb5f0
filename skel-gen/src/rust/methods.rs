//! Methods that reach what no field shows.

use super::accessors::{Accessor, Place, What};
use super::form::line;
use super::types::Types;
use btf_layout::{Bytes, Record, TypeId};

impl<'b> Types<'_, 'b> {
    /// `impl NAME { ... }`.
    pub(super) fn methods(&mut self, name: &str, record: &Record, accessors: &[Accessor<'b>]) {
        let has_method = |accessor: &Accessor<'_>| {
            let Accessor { name, methods, .. } = accessor;
            let names = [
                methods.get(name),
                methods.text(name),
                methods.elements(name),
            ];
            names.iter().any(Option::is_some)
        };
        if !accessors.iter().any(has_method) {
            return;
        }
        self.out.begin().push_all(["impl ", name, " {"]).end();
        self.out.indent();
        for accessor in accessors {
            self.accessor(record, accessor);
        }
        self.out.dedent();
        self.out.line("}");
    }

    fn accessor(&mut self, record: &Record, accessor: &Accessor<'b>) {
        let ty = match accessor.what {
            What::Flexible(elem) => {
                return self.elements(accessor, elem);
            }
            What::Bool => "bool".into(),
            _ => self.type_text(accessor.ty),
        };
        let Accessor { name, methods, .. } = accessor;
        let borrowed = accessor.what == What::Record;
        if let Some(get) = methods.get(name) {
            let shared = if borrowed { "&" } else { "" };
            self.open(get, &[&["&self"]], &[shared, &ty]);
            self.get(record, accessor);
            self.close();
        }
        if let Some(set) = methods.set(name, accessor.what) {
            if borrowed {
                self.open(set, &[&["&mut self"]], &["&mut ", &ty]);
            } else {
                self.open(set, &[&["&mut self"], &["value: ", &ty]], &[]);
            }
            self.set(record, accessor);
            self.close();
        }
        if let Some(text) = methods.text(name) {
            self.open(text, &[&["&self"]], &["libbpf_wasm::Text<'_>"]);
            self.text(record, accessor);
            self.close();
        }
    }

    /// The statement that gets a value.
    fn get(&mut self, record: &Record, accessor: &Accessor<'b>) {
        let name = &accessor.name;
        let borrowed = accessor.what == What::Record;
        if let Place::Bits {
            unit,
            shifted,
            start,
            width,
        } = &accessor.place
        {
            let unit = match (record.union, shifted) {
                (true, true) => ["&libbpf_wasm::arm_ref!(self, ", unit, ").value"],
                (true, false) => ["libbpf_wasm::arm_ref!(self, ", unit, ")"],
                (false, _) => ["&self.", unit, ""],
            };
            let place = [itoa(*start), itoa(*width)];
            let args: [&[&str]; 3] = [&unit, &[&place[0]], &[&place[1]]];
            return self.call(&["libbpf_wasm::get_bits("], &args, ")");
        }
        self.out.begin();
        match &accessor.place {
            Place::Field(_) | Place::Bits { .. } => {}
            Place::Arm(before) => {
                let shifted = *before > Bytes(0);
                let shared = if borrowed && shifted { "&" } else { "" };
                let arm = if borrowed { "arm_ref" } else { "arm" };
                let value = if shifted { ").value" } else { ")" };
                self.out
                    .push_all([shared, "libbpf_wasm::", arm, "!(self, ", name, value]);
            }
            Place::Lent {
                part, field, inner, ..
            } => {
                let call = if record.union { "()." } else { "." };
                if *field {
                    let shared = if borrowed { "&" } else { "" };
                    self.out.push_all([shared, "self.", part, call, name]);
                } else {
                    let [before, middle, behind] = inner.get(name).unwrap_or_default();
                    self.out
                        .push_all(["self.", part, call, before, middle, behind, "()"]);
                }
            }
        }
        self.out.end();
    }

    /// The statement that sets a value, or borrows it to be changed.
    fn set(&mut self, record: &Record, accessor: &Accessor<'b>) {
        let name = &accessor.name;
        let borrowed = accessor.what == What::Record;
        if let Place::Bits {
            unit,
            shifted,
            start,
            width,
        } = &accessor.place
        {
            let unit = match (record.union, shifted) {
                (true, true) => ["&mut libbpf_wasm::arm_mut!(self, ", unit, ").value"],
                (true, false) => ["libbpf_wasm::arm_mut!(self, ", unit, ")"],
                (false, _) => ["&mut self.", unit, ""],
            };
            let place = [itoa(*start), itoa(*width)];
            let args: [&[&str]; 4] = [&unit, &[&place[0]], &[&place[1]], &["value"]];
            return self.call(&["libbpf_wasm::set_bits("], &args, ");");
        }
        self.out.begin();
        match &accessor.place {
            Place::Field(_) | Place::Bits { .. } => {}
            Place::Arm(Bytes(0)) if borrowed => {
                self.out
                    .push_all(["libbpf_wasm::arm_mut!(self, ", name, ")"]);
            }
            Place::Arm(Bytes(0)) => {
                self.out.push_all(["self.", name, " = value;"]);
            }
            // What lies before the arm is another arm's, and stays.
            Place::Arm(_) => {
                let [before, behind] = match borrowed {
                    true => ["&mut ", ").value"],
                    false => ["", ").value = value;"],
                };
                self.out
                    .push_all([before, "libbpf_wasm::arm_mut!(self, ", name, behind]);
            }
            Place::Lent {
                part, field, inner, ..
            } => {
                let call = if record.union { "_mut()." } else { "." };
                let [before, middle, behind] = inner.set(name, accessor.what).unwrap_or_default();
                let parts = match (field, borrowed) {
                    (true, true) => ["&mut self.", part, call, name, "", "", ""],
                    (true, false) => ["self.", part, call, name, " = value;", "", ""],
                    (false, true) => ["self.", part, call, before, middle, behind, "()"],
                    (false, false) => ["self.", part, call, before, middle, behind, "(value);"],
                };
                self.out.push_all(parts);
            }
        }
        self.out.end();
    }

    /// The statement that gets a value as text.
    fn text(&mut self, record: &Record, accessor: &Accessor<'b>) {
        let name = &accessor.name;
        self.out.begin();
        match &accessor.place {
            Place::Field(_) => {
                self.out.push_all(["libbpf_wasm::text(&self.", name, ")"]);
            }
            Place::Lent { part, inner, .. } => {
                let call = if record.union { "()." } else { "." };
                let [before, middle, behind] = inner.text(name).unwrap_or_default();
                self.out
                    .push_all(["self.", part, call, before, middle, behind, "()"]);
            }
            Place::Arm(Bytes(0)) | Place::Bits { .. } => {
                let arm = ["libbpf_wasm::text(libbpf_wasm::arm_ref!(self, ", name, "))"];
                self.out.push_all(arm);
            }
            Place::Arm(_) => {
                let arm = [
                    "libbpf_wasm::text(&libbpf_wasm::arm_ref!(self, ",
                    name,
                    ").value)",
                ];
                self.out.push_all(arm);
            }
        }
        self.out.end();
    }

    /// What finds the elements of a flexible array in the bytes of a struct and of all that is behind it.
    fn elements(&mut self, accessor: &Accessor<'b>, elem: TypeId) {
        let elem = match super::spelling::is_char(self.layout.btf(), elem) {
            true => "u8".into(),
            false => self.type_text(elem),
        };
        let result = ["libbpf_wasm::Elements<'_, ", &elem, ">"];
        let name = &accessor.name;
        let elements = accessor.methods.elements(name).unwrap_or_default();
        self.open(elements, &[&["bytes: &[u8]"]], &result);
        match &accessor.place {
            Place::Lent {
                ty, offset, inner, ..
            } => {
                let (part, at) = (self.type_text(*ty), itoa(offset.0));
                let bytes: &[&str] = match offset {
                    Bytes(0) => &["bytes"],
                    _ => &["libbpf_wasm::behind(bytes, ", &at, ")"],
                };
                let [before, middle, behind] = inner.elements(name).unwrap_or_default();
                let open = [&part, "::", before, middle, behind, "("];
                self.call(&open, &[bytes], ")");
            }
            Place::Arm(Bytes(0)) | Place::Bits { .. } => {
                self.call(&["libbpf_wasm::Elements::new("], &[&["bytes"]], ")");
            }
            Place::Field(offset) | Place::Arm(offset) => {
                let args: [&[&str]; 2] = [&["bytes"], &[&itoa(offset.0)]];
                self.call(&["libbpf_wasm::Elements::behind("], &args, ")");
            }
        }
        self.close();
    }

    /// The one statement of a body, a call.
    fn call(&mut self, open: &[&str], args: &[&[&str]], close: &str) {
        line(&mut self.out, self.depth + 2, open, args, &[close]);
    }

    fn open(&mut self, name: [&str; 3], params: &[&[&str]], result: &[&str]) {
        let [before, middle, behind] = name;
        let open = ["pub fn ", before, middle, behind, "("];
        let close = match *result {
            [] => [") {", "", "", "", ""],
            [ty] => [") -> ", ty, " {", "", ""],
            [first, ty] => [") -> ", first, ty, " {", ""],
            [first, ty, last, ..] => [") -> ", first, ty, last, " {"],
        };
        line(&mut self.out, self.depth + 1, &open, params, &close);
        self.out.indent();
    }

    fn close(&mut self) {
        self.out.dedent();
        self.out.line("}");
    }
}

fn itoa(number: impl itoa::Integer) -> String {
    itoa::Buffer::new().format(number).to_owned()
}
