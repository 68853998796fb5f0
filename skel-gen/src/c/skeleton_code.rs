//! The tables and functions of a C skeleton.

use super::skeleton::Writer;
use super::skeleton_idents::Ident;
use crate::model::Storage;
use crate::object::{Map, MapOrigin, Patch};
use crate::text::quoted;

/// The functions every skeleton has; `@` stands for its name, `struct @` for its struct.
const FUNCTIONS: &str = "
/* A skeleton that is destroyed already, and NULL, are left alone. */
BPF_WASM_API void @__destroy(struct @ *skel)
{
	bpf_object__free_skeleton(skel);
}

BPF_WASM_API struct @ *@__open_opts(const struct bpf_object_open_opts *opts)
{
	struct @ *skel = (struct @ *)calloc(1, sizeof(*skel));
	int err;

	if (!skel) {
		errno = ENOMEM;
		return NULL;
	}
	skel->skeleton = @__skeleton();
	err = bpf_object__open_skeleton(skel->skeleton, skel, &skel->obj, opts);
	if (err) {
		free(skel);
		errno = -err;
		return NULL;
	}
	$
	return skel;
}

BPF_WASM_API struct @ *@__open(void)
{
	return @__open_opts(NULL);
}

BPF_WASM_API int @__load(struct @ *skel)
{
	return bpf_object__load_skeleton(skel ? skel->obj : NULL);
}

BPF_WASM_API struct @ *@__open_and_load(void)
{
	struct @ *skel = @__open();
	int err;

	if (!skel)
		return NULL;
	err = @__load(skel);
	if (err) {
		@__destroy(skel);
		errno = -err;
		return NULL;
	}
	return skel;
}

BPF_WASM_API int @__attach(struct @ *skel)
{
	return bpf_object__attach_skeleton(skel ? skel->obj : NULL);
}

/* -EOPNOTSUPP if something is attached: a host detaches when the object is destroyed. */
BPF_WASM_API int @__detach(struct @ *skel)
{
	return bpf_object__detach_skeleton(skel ? skel->obj : NULL);
}

/* After load: reads .data, .bss and .kconfig from the kernel. */
BPF_WASM_API int @__sync(struct @ *skel)
{
	return bpf_object__sync_skeleton(skel ? skel->obj : NULL);
}

/* After load: writes .data and .bss to the kernel. */
BPF_WASM_API int @__flush(struct @ *skel)
{
	return bpf_object__flush_skeleton(skel ? skel->obj : NULL);
}
";

/// What C++ calls the functions; `@::` stands for the skeleton's struct as well.
const CPP_MEMBERS: &str = "
#ifdef __cplusplus
struct @ *@::open(const struct bpf_object_open_opts *opts) { return @__open_opts(opts); }
struct @ *@::open_and_load() { return @__open_and_load(); }
int @::load(struct @ *skel) { return @__load(skel); }
int @::attach(struct @ *skel) { return @__attach(skel); }
int @::detach(struct @ *skel) { return @__detach(skel); }
int @::sync(struct @ *skel) { return @__sync(skel); }
void @::destroy(struct @ *skel) { @__destroy(skel); }
const void *@::elf_bytes(size_t *sz) { return @__elf_bytes(sz); }
#endif /* __cplusplus */
";

/// Typed access to the elements of a map; `@` stands for the skeleton's name, `$` for the map's.
const ELEMENTS: &str = "
BPF_WASM_API int @__$__lookup(const struct @ *skel, const @__$__key *key, @__$__value *value)
{
	return bpf_map__lookup_elem(skel ? skel->maps.$ : NULL, key, sizeof(*key), value, sizeof(*value), 0);
}

BPF_WASM_API int @__$__update(const struct @ *skel, const @__$__key *key, const @__$__value *value, uint64_t flags)
{
	return bpf_map__update_elem(skel ? skel->maps.$ : NULL, key, sizeof(*key), value, sizeof(*value), flags);
}
";

/// As [`ELEMENTS`], for maps with a value for each CPU. `lookup` returns the number of CPUs.
const PER_CPU_ELEMENTS: &str = "
BPF_WASM_API int @__$__lookup(const struct @ *skel, const @__$__key *key, @__$__value *values, unsigned int count)
{
	return bpf_map__lookup_percpu(skel ? skel->maps.$ : NULL, key, sizeof(*key), values, sizeof(*values), count);
}
";

/// What maps of both kinds have.
const KEYS: &str = "
BPF_WASM_API int @__$__delete(const struct @ *skel, const @__$__key *key)
{
	return bpf_map__delete_elem(skel ? skel->maps.$ : NULL, key, sizeof(*key), 0);
}

/* The key behind `key`, or the first one behind NULL; -ENOENT behind the last. */
BPF_WASM_API int @__$__next_key(const struct @ *skel, const @__$__key *key, @__$__key *next)
{
	return bpf_map__get_next_key(skel ? skel->maps.$ : NULL, key, next, sizeof(*next));
}
";

impl Writer<'_, '_> {
    /// The tables `libbpf-wasm.h` works from; the order of the columns is that of its structs.
    pub(super) fn tables(&mut self) {
        let (name, tag) = (self.idents.name.part.clone(), self.tag.clone());
        self.out.line("");
        self.out.line(&format!(
            "BPF_WASM_API const struct bpf_object_skeleton *{name}__skeleton(void)"
        ));
        self.out.line("{");
        self.out.indent();
        let maps = self.rows("struct bpf_map_skeleton maps", self.map_rows());
        let (rows, patches) = self.program_rows();
        let patches = self.rows("struct bpf_wasm_patch patches", patches);
        let progs = self.rows("struct bpf_prog_skeleton progs", rows);
        let object = &self.skeleton.object;
        let (map_count, prog_count) = (object.maps.len(), object.programs.len());
        for line in [
            "static struct bpf_object_skeleton skeleton = {".to_owned(),
            format!("\t{}, NULL, 0, sizeof(struct {tag}),", quoted(&object.name)),
            format!("\t{maps}, {map_count}, {progs}, {prog_count}, {patches},"),
            "};".to_owned(),
            String::new(),
            format!("skeleton.data = {name}__elf_bytes(&skeleton.data_sz);"),
            "return &skeleton;".to_owned(),
        ] {
            self.out.line(&line);
        }
        self.out.dedent();
        self.out.line("}");
    }

    /// A table, and what to call it: C has no empty ones.
    fn rows(&mut self, table: &str, rows: Vec<String>) -> String {
        if rows.is_empty() {
            return "NULL".to_owned();
        }
        self.out.line(&format!("static const {table}[] = {{"));
        self.out.indent();
        for row in rows {
            self.out.line(&format!("{{ {row} }},"));
        }
        self.out.dedent();
        self.out.line("};");
        table.rsplit(' ').next().unwrap_or_default().to_owned()
    }

    /// Columns: name, section, map_off, data_off, type, key_size, value_size, max_entries, map_flags, image_off, max_entries_off,
    /// data, rdonly, autocreate.
    fn map_rows(&self) -> Vec<String> {
        let tag = &self.tag;
        let maps = self.skeleton.object.maps.iter().zip(&self.idents.maps);
        maps.map(|(map, ident)| {
            let section = match map.origin {
                MapOrigin::Section(section) => quoted(section),
                MapOrigin::Source | MapOrigin::StructOps { .. } => "NULL".to_owned(),
            };
            let [pointer, image_offset, data, rdonly] = self.contents(map, ident);
            format!(
                "{}, {section}, offsetof(struct {tag}, maps.{}), {pointer}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}",
                quoted(&map.name),
                ident.spelled,
                map.kind.0,
                map.key_size,
                map.value_size,
                map.max_entries,
                map.flags,
                image_offset,
                map.max_entries_at.unwrap_or(0),
                data,
                rdonly,
                u8::from(map.autocreate),
            )
        })
        .collect()
    }

    /// The columns of a map's row that are about its variables: data_off, image_off, data, rdonly.
    fn contents(&self, map: &Map<'_>, ident: &Ident) -> [String; 4] {
        let contents = self.skeleton.contents_of(map);
        let (at, data, rdonly) = match contents.map(|contents| contents.storage) {
            None => (0, "NONE", false),
            Some(Storage::Constants(at)) => (at, "IMAGE", true),
            Some(Storage::Variables(at)) => (at, "IMAGE", false),
            Some(Storage::Zeroed) => (0, "ZEROED", false),
            Some(Storage::Kernel) => (0, "KERNEL", true),
        };
        let pointer = contents.map(|contents| match contents.section {
            Some(section) => self
                .idents
                .sections
                .get(section)
                .map_or("", |section| &section.spelled)
                .to_owned(),
            None => format!("struct_ops.{}", ident.spelled),
        });
        [
            pointer.map_or("0".to_owned(), |member| {
                format!("offsetof(struct {}, {member})", self.tag)
            }),
            at.to_string(),
            format!("BPF_WASM_DATA_{data}"),
            u8::from(rdonly).to_string(),
        ]
    }

    /// Rows of programs (name, section, prog_off, link_off, patch, patch_cnt, autoload, manual) and of patches (off, enabled, disabled).
    fn program_rows(&self) -> (Vec<String>, Vec<String>) {
        let tag = &self.tag;
        let (mut rows, mut patches) = (Vec::new(), Vec::new());
        let mut last: (Option<&[Patch]>, usize) = (None, 0);
        let programs = self
            .skeleton
            .object
            .programs
            .iter()
            .zip(&self.idents.programs);
        for ((program, ident), switch) in programs.zip(&self.skeleton.image.switches) {
            let ident = &ident.spelled;
            // Programs of one section are switched together.
            if last.0 != Some(switch) {
                last = (Some(switch), patches.len());
                let row =
                    |patch: &Patch| format!("{}, {}, {}", patch.at, patch.enabled, patch.disabled);
                patches.extend(switch.iter().map(row));
            }
            rows.push(format!(
                "{}, {}, offsetof(struct {tag}, progs.{ident}), offsetof(struct {tag}, links.{ident}), {}, {}, {}, {}",
                quoted(program.name),
                quoted(program.section),
                last.1,
                switch.len(),
                u8::from(program.autoload),
                u8::from(!program.is_attached_by_section()),
            ));
        }
        (rows, patches)
    }

    pub(super) fn functions(&mut self) {
        let mut opened = String::new();
        for (ident, _) in self.tables_of_functions() {
            let ident = ident.spelled;
            opened.push_str(&format!(
                "\tbpf_map__set_link(skel->maps.{ident}, &skel->links.{ident});\n"
            ));
        }
        let text = self.filled(FUNCTIONS).replace("\t$\n", &opened);
        self.out.push(&text);
    }

    pub(super) fn cpp_members(&mut self) {
        let text = self.filled(CPP_MEMBERS);
        self.out.push(&text);
    }

    /// A text about the skeleton with its names.
    fn filled(&self, text: &str) -> String {
        let tag = &self.tag;
        text.replace("struct @ ", &format!("struct {tag} "))
            .replace("@::", &format!("{tag}::"))
            .replace('@', &self.idents.name.part)
    }

    /// Types of keys, values and events, and functions that take no others.
    pub(super) fn map_functions(&mut self) {
        let name = self.idents.name.part.clone();
        let maps = self.skeleton.object.maps.iter();
        for (map, ident) in maps.zip(self.idents.maps.clone()) {
            for (ty, role) in [(map.key, "key"), (map.value, "value")] {
                if let Some(ty) = ty {
                    let part = &ident.part;
                    let text = self
                        .types
                        .extra_typedef(&format!("{name}__{part}__{role}"), ty);
                    self.out.line("");
                    self.out.push(&text);
                }
            }
            if map.key.is_some() && map.value.is_some() && map.kind.has_elements() {
                let elements = if map.kind.is_per_cpu() {
                    PER_CPU_ELEMENTS
                } else {
                    ELEMENTS
                };
                for text in [elements, KEYS] {
                    let text = self
                        .filled(text)
                        .replace("maps.$", &format!("maps.{}", ident.spelled))
                        .replace('$', &ident.part);
                    self.out.push(&text);
                }
            }
        }
    }
}
