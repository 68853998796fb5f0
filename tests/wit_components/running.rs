//! A component in wasmtime, and values for it.

use std::sync::LazyLock;
use wasmtime::component::{Component, Instance, Linker, Val};
use wasmtime::{Engine, Store};

static ENGINE: LazyLock<Engine> = LazyLock::new(Engine::default);

/// A component that imports nothing.
pub(crate) struct Running {
    store: Store<()>,
    instance: Instance,
}

impl Running {
    pub(crate) fn new(component: &[u8]) -> Self {
        let component = Component::new(&ENGINE, component).expect("a component");
        let mut store = Store::new(&ENGINE, ());
        let linker = Linker::new(&ENGINE);
        let instance = linker
            .instantiate(&mut store, &component)
            .expect("an instance without imports");
        Running { store, instance }
    }

    /// Calls a function that takes one value and returns a `result`, of an interface or of the world itself.
    pub(crate) fn call(
        &mut self,
        interface: Option<&str>,
        name: &str,
        arg: Val,
    ) -> Result<Val, Val> {
        let (store, instance) = (&mut self.store, &self.instance);
        let mut export = |of: Option<&_>, name: &str| {
            let export = instance.get_export_index(&mut *store, of, name);
            export.unwrap_or_else(|| panic!("there is no {name}"))
        };
        let interface = interface.map(|interface| export(None, interface));
        let index = export(interface.as_ref(), name);
        let function = instance
            .get_func(&mut *store, index)
            .expect("an exported function");
        let mut results = [Val::Bool(false)];
        function
            .call(&mut *store, &[arg], &mut results)
            .unwrap_or_else(|trap| panic!("{name}: {trap:?}"));
        let [Val::Result(result)] = results else {
            panic!("{name} returned {results:?}");
        };
        let payload = |value: Option<Box<Val>>| *value.expect("a value");
        result.map(payload).map_err(payload)
    }
}

/// The names of what a component imports.
pub(crate) fn imports_of(component: &[u8]) -> Vec<String> {
    let component = Component::new(&ENGINE, component).expect("a component");
    let ty = component.component_type();
    let imports = ty.imports(&ENGINE);
    imports.map(|(name, _)| name.to_owned()).collect()
}

/// `list<u8>`.
pub(crate) fn list(bytes: &[u8]) -> Val {
    Val::List(bytes.iter().map(|byte| Val::U8(*byte)).collect())
}

/// The bytes of a `list<u8>`.
pub(crate) fn bytes(list: &Val) -> Vec<u8> {
    let Val::List(elements) = list else {
        panic!("{list:?} is no list");
    };
    let byte = |element: &Val| match element {
        Val::U8(byte) => *byte,
        other => panic!("{other:?} is no byte"),
    };
    elements.iter().map(byte).collect()
}

/// A record.
pub(crate) fn record<const N: usize>(fields: [(&str, Val); N]) -> Val {
    let fields = fields.into_iter();
    Val::Record(
        fields
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}
