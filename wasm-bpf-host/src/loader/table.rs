//! The objects of one guest, by handle, and what they take of the limits together.

use super::message::{Attached, Loaded, Settings};
use crate::errno::{Errno, Failure};
use crate::limits::Usage;
use crate::log::Heard;
use crate::object_maps::MapInfo;
use std::collections::BTreeMap;
use std::os::fd::OwnedFd;

/// A loaded object, in this process or in one that holds it.
pub(crate) trait Held: Sized {
    /// What all objects of a table have in common.
    type Context;
    /// What an object is loaded of.
    type Image<'a>;

    /// Loads an object within what the others, which take `usage`, have left of the limits.
    fn load(
        context: &Self::Context,
        settings: &Settings,
        image: Self::Image<'_>,
        usage: Usage,
    ) -> Heard<New<Self>>;

    fn attach(&mut self, program: &str, target: &str) -> Heard<Attached>;

    fn map(&mut self, map: u32) -> Result<OwnedFd, Failure>;

    /// Some of the descriptors after the first `from`, and how many there are in all.
    fn samples(&mut self, map: u32, from: u32) -> Result<(Vec<OwnedFd>, u32), Failure>;
}

/// An object that was loaded.
#[derive(Debug)]
pub(crate) struct New<T> {
    pub(super) held: T,
    pub(super) maps: Vec<MapInfo>,
    pub(super) usage: Usage,
    pub(super) life: Option<OwnedFd>,
}

#[derive(Debug)]
pub(crate) struct Table<T: Held> {
    settings: Settings,
    context: T::Context,
    objects: BTreeMap<u64, Entry<T>>,
    next: u64,
}

#[derive(Debug)]
struct Entry<T> {
    held: T,
    usage: Usage,
    attachments: usize,
}

impl<T: Held> Table<T> {
    pub(super) fn new(settings: Settings, context: T::Context) -> Self {
        Table {
            settings,
            context,
            objects: BTreeMap::new(),
            next: 1,
        }
    }

    fn usage(&self) -> Usage {
        let objects = self.objects.values();
        objects.fold(Usage::default(), |sum, object| sum.with(object.usage))
    }

    pub(super) fn load(&mut self, image: T::Image<'_>) -> Heard<Loaded> {
        self.load_new(image).map(|(loaded, _)| loaded)
    }

    /// Loads an object; also what it takes of the limits.
    pub(super) fn load_new(&mut self, image: T::Image<'_>) -> Heard<(Loaded, Usage)> {
        let allowed = self.settings.limits.objects;
        if self.objects.len() >= allowed {
            let message = format!("the host allows no more than {allowed} objects");
            return Failure::new(Errno::PERM, message).into();
        }
        let new = T::load(&self.context, &self.settings, image, self.usage());
        new.map(|new| {
            let object = self.next;
            self.next += 1;
            let entry = Entry {
                held: new.held,
                usage: new.usage,
                attachments: 0,
            };
            self.objects.insert(object, entry);
            let (maps, life) = (new.maps, new.life);
            (Loaded { object, maps, life }, new.usage)
        })
    }

    pub(super) fn attach(&mut self, object: u64, program: &str, target: &str) -> Heard<Attached> {
        let allowed = self.settings.limits.attachments;
        let attached: usize = self.objects.values().map(|entry| entry.attachments).sum();
        if attached >= allowed {
            let message =
                format!("program {program}: the host allows no more than {allowed} attachments");
            return Failure::new(Errno::NOSPC, message).into();
        }
        let Some(entry) = self.objects.get_mut(&object) else {
            let message = format!("program {program}: no such object");
            return Failure::new(Errno::BADF, message).into();
        };
        let heard = entry.held.attach(program, target);
        entry.attachments += usize::from(heard.result.is_ok());
        heard
    }

    fn held(&mut self, object: u64) -> Result<&mut T, Failure> {
        let entry = self.objects.get_mut(&object);
        let entry = entry.ok_or_else(|| Failure::new(Errno::BADF, "no such object"))?;
        Ok(&mut entry.held)
    }

    pub(super) fn map(&mut self, object: u64, map: u32) -> Result<OwnedFd, Failure> {
        self.held(object)?.map(map)
    }

    pub(super) fn samples(
        &mut self,
        object: u64,
        map: u32,
        from: u32,
    ) -> Result<(Vec<OwnedFd>, u32), Failure> {
        self.held(object)?.samples(map, from)
    }

    pub(super) fn close(&mut self, object: u64) -> Result<(), Failure> {
        let closed = self.objects.remove(&object).map(drop);
        closed.ok_or_else(|| Failure::new(Errno::BADF, "no such object"))
    }

    /// All of them.
    pub(super) fn each(&mut self) -> impl Iterator<Item = &mut T> {
        self.objects.values_mut().map(|entry| &mut entry.held)
    }

    /// What is left when the guest has ended.
    pub(super) fn into_held(self) -> impl Iterator<Item = T> {
        self.objects.into_values().map(|entry| entry.held)
    }
}
