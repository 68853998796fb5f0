//! The order of definitions: depth first through what each needs before it. The path is a stack of its own, since typedefs
//! of pointers to typedefs can go on for as long as there are types.

use super::refs::{Ref, Refs};
use super::survey::Survey;
use btf_layout::{Btf, Kind, TypeId};

/// A top-level declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NativeStep {
    /// The name of a struct or union whose definition comes later or not at all.
    Forward(TypeId),
    /// A struct, union, enum or typedef. An anonymous enum is among them only if no definition spells it out.
    Define(TypeId),
}

/// How far a declaration is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    New,
    /// Declared, for pointers to it.
    Forward,
    /// On the path from the root being ordered; and whether it has been declared.
    Open {
        forward: bool,
    },
    /// Holds `by`, which is on the path, and so has to come after it.
    Blocked {
        by: TypeId,
        forward: bool,
    },
    Done,
}

/// How much may be ordered anew for each type. Types for which that is too little are made to take long: their header may not compile.
const PATIENCE: usize = 64;

/// Orders definitions.
#[derive(Debug)]
pub(super) struct Order<'s, 'b> {
    btf: &'b Btf<'b>,
    survey: &'s Survey,
    refs: Refs<'s, 'b>,
    /// By type id.
    states: Vec<State>,
    path: Vec<Frame>,
    /// What was taken from the path, since it has to come after what mentions it.
    blocked: Vec<TypeId>,
    /// Mentions that may still be looked at again since what mentions them was taken from the path: linear work for any BTF.
    patience: usize,
    pub(super) steps: Vec<NativeStep>,
    /// Types whose definitions mention themselves in a way that C has no words for.
    pub(super) cut: Vec<TypeId>,
}

/// A definition on the path. Its mentions lie in [`Refs::found`] from `start` on; those before `next` are seen to.
#[derive(Debug)]
struct Frame {
    id: TypeId,
    /// Whether the definition before it on the path mentions it through a pointer.
    indirect: bool,
    start: usize,
    next: usize,
}

impl<'s, 'b> Order<'s, 'b> {
    pub(super) fn new(btf: &'b Btf<'b>, survey: &'s Survey) -> Self {
        Order {
            btf,
            survey,
            refs: Refs::new(btf, survey),
            states: vec![State::New; btf.len() as usize],
            path: Vec::new(),
            blocked: Vec::new(),
            patience: PATIENCE * btf.len() as usize,
            steps: Vec::new(),
            cut: Vec::new(),
        }
    }

    /// Adds a root that was requested by name or id: what is no definition itself stands for the types it mentions.
    pub(super) fn requested(&mut self, id: TypeId) {
        match self.btf.kind(id) {
            Kind::Enum(decl) if !self.btf.is_named(id) && !decl.is_empty() => self.define(id),
            Kind::Var { ty, .. } => self.requested(ty),
            Kind::Func { proto, .. } => self.requested(proto),
            Kind::DeclTag { target, .. } => self.requested(target),
            Kind::Datasec(section) => section.vars().for_each(|entry| self.requested(entry.var)),
            Kind::Void
            | Kind::Int(_)
            | Kind::Ptr(_)
            | Kind::Array(_)
            | Kind::Struct(_)
            | Kind::Union(_)
            | Kind::Enum(_)
            | Kind::Fwd { .. }
            | Kind::Typedef(_)
            | Kind::Volatile(_)
            | Kind::Const(_)
            | Kind::Restrict(_)
            | Kind::TypeTag { .. }
            | Kind::FuncProto(_)
            | Kind::Float(_) => {
                let mentions = self.mentions(id);
                mentions
                    .iter()
                    .for_each(|mention| self.complete(mention.id));
            }
        }
    }

    /// Adds what a value of type `id` needs.
    pub(super) fn value(&mut self, id: TypeId) {
        let mentions = self.mentions(id);
        mentions.iter().for_each(|mention| self.add(*mention));
    }

    fn mentions(&mut self, id: TypeId) -> Vec<Ref> {
        self.refs.of_mention(id);
        std::mem::take(&mut self.refs.found)
    }

    /// The anonymous enums that no definition spells out. Nothing can need them to stand before it.
    pub(super) fn anonymous_enums(&self) -> impl Iterator<Item = TypeId> {
        let enums = self.survey.anonymous_enums.iter();
        enums.copied().filter(|id| !self.refs.is_inlined(*id))
    }

    /// Adds the definition of `id` after those it needs; of a forward declaration, that.
    pub(super) fn complete(&mut self, id: TypeId) {
        self.add(Ref::held(id));
    }

    /// Adds what a mention needs: a definition after those it needs in turn, or a forward declaration.
    fn add(&mut self, mention: Ref) {
        self.require(TypeId::VOID, mention);
        self.finish_path();
        while let Some(id) = self.blocked.pop() {
            self.require(TypeId::VOID, Ref::held(id));
            self.finish_path();
        }
    }

    /// Defines what is on the path, each after what it needs.
    fn finish_path(&mut self) {
        while let Some(frame) = self.path.last_mut() {
            let (id, start, next) = (frame.id, frame.start, frame.next);
            frame.next += 1;
            match self.refs.found.get(next) {
                Some(mention) => self.require(id, *mention),
                None => {
                    self.refs.found.truncate(start);
                    self.path.pop();
                    self.define(id);
                }
            }
        }
    }

    /// Sees to it that what definition `by` mentions stands before it.
    fn require(&mut self, by: TypeId, mention: Ref) {
        let Ref {
            id,
            strong,
            indirect,
        } = mention;
        let kind = self.btf.kind(id);
        let pointee = matches!(kind, Kind::Fwd { .. }) || !strong && kind.composite().is_some();
        match self.state(id) {
            State::New | State::Forward if !pointee => self.open(id, indirect),
            // Its own tag is known inside a definition.
            State::New | State::Open { forward: false } | State::Blocked { forward: false, .. }
                if pointee && id != by =>
            {
                self.forward(id);
            }
            State::Open { .. } if !pointee => self.close_circle(id, indirect),
            State::Blocked { by, .. } if !pointee => self.close_circle(by, indirect),
            State::New
            | State::Forward
            | State::Open { .. }
            | State::Blocked { .. }
            | State::Done => {}
        }
    }

    /// What has been mentioned last needs `id`, which is on the path, and so needs itself. Somewhere on the way it does so
    /// through a pointer, since by value nothing holds itself: `void` will stand there.
    fn close_circle(&mut self, id: TypeId, mut indirect: bool) {
        self.cut.push(id);
        while !indirect && self.path.last().is_some_and(|frame| frame.id != id) {
            let again = self
                .path
                .last()
                .map_or(0, |frame| self.refs.found.len() - frame.start);
            let Some(left) = self.patience.checked_sub(again + 1) else {
                break;
            };
            self.patience = left;
            let Some(frame) = self.path.pop() else { break };
            self.refs.found.truncate(frame.start);
            let forward = self.state(frame.id) == State::Open { forward: true };
            self.set(frame.id, State::Blocked { by: id, forward });
            indirect = frame.indirect;
            if indirect {
                self.blocked.push(frame.id);
            }
        }
    }

    fn open(&mut self, id: TypeId, indirect: bool) {
        if self.survey.is_builtin(id) {
            return self.set(id, State::Done);
        }
        let forward = self.state(id) == State::Forward;
        self.set(id, State::Open { forward });
        let start = self.refs.found.len();
        self.path.push(Frame {
            id,
            indirect,
            start,
            next: start,
        });
        self.refs.of_definition(id);
    }

    fn forward(&mut self, id: TypeId) {
        let state = match self.state(id) {
            State::Open { .. } => State::Open { forward: true },
            State::Blocked { by, .. } => State::Blocked { by, forward: true },
            State::New | State::Forward | State::Done => State::Forward,
        };
        self.set(id, state);
        self.steps.push(NativeStep::Forward(id));
    }

    fn define(&mut self, id: TypeId) {
        if self.state(id) != State::Done {
            self.set(id, State::Done);
            self.steps.push(NativeStep::Define(id));
        }
    }

    fn state(&self, id: TypeId) -> State {
        let state = self.stored(id);
        let State::Blocked { by, forward } = state else {
            return state;
        };
        match (self.stored(by) == State::Done, forward) {
            (true, true) => State::Forward,
            (true, false) => State::New,
            (false, _) => state,
        }
    }

    fn stored(&self, id: TypeId) -> State {
        self.states.get(id.index()).copied().unwrap_or(State::Done)
    }

    fn set(&mut self, id: TypeId, state: State) {
        if let Some(slot) = self.states.get_mut(id.index()) {
            *slot = state;
        }
    }
}
