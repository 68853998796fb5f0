//! The number of CPUs, which hosts do not tell.

use super::call::{Call, host_operate};
use super::raw::Map;
use crate::errno::{EIO, ENOENT, ENOMEM, EOPNOTSUPP};
use crate::spec::PERCPU_ARRAY;
use alloc::vec;
use alloc::vec::Vec;
use core::sync::atomic::AtomicUsize;
use core::sync::atomic::Ordering::Relaxed;

/// The number once it is known, 0 until then.
static CPUS: AtomicUsize = AtomicUsize::new(0);

/// No kernel can be built for more.
const MAX_CPUS: usize = 8192;

impl Map {
    /// A buffer that holds whatever a look-up may write, also while the number of CPUs is unknown; never empty.
    pub(crate) fn scratch(&self) -> Result<Vec<u8>, i32> {
        let spec = self.spec();
        let cpus = match CPUS.load(Relaxed) {
            _ if !spec.is_per_cpu() => 1,
            0 => MAX_CPUS,
            known => known,
        };
        let size = spec.stride().checked_mul(cpus).ok_or(ENOMEM)?.max(1);
        let mut buffer = Vec::new();
        buffer.try_reserve_exact(size).map_err(|_| ENOMEM)?;
        buffer.resize(size, 0);
        Ok(buffer)
    }

    /// The number of possible CPUs: found through a per-CPU map of the object that has an element (arrays always have), or this
    /// one's `key`; then known for good. `EOPNOTSUPP` if there is none, `ENOENT` if only this map has no such key.
    pub(crate) fn cpus_for(&self, key: &[u8]) -> Result<usize, i32> {
        if CPUS.load(Relaxed) == 0 {
            let found = self.count_somewhere();
            if found.is_err() {
                self.count(key)?;
            }
        }
        Ok(CPUS.load(Relaxed))
    }

    fn count_somewhere(&self) -> Result<(), i32> {
        let maps = || {
            let specs = self.object.spec.maps.iter().enumerate();
            specs.filter(|(i, spec)| spec.is_per_cpu() && self.object.fd(*i).is_ok())
        };
        // The smallest array needs the smallest buffer.
        let arrays = maps().filter(|(_, spec)| spec.kind == PERCPU_ARRAY);
        if let Some((i, _)) = arrays.min_by_key(|(_, spec)| spec.value_size) {
            return Map::new(&self.object, i).count(&[0; 4]);
        }
        for (i, _) in maps() {
            let map = Map::new(&self.object, i);
            let mut key = vec![0; map.key_size()];
            if map.first_key(&mut key).is_ok() && map.count(&key).is_ok() {
                return Ok(());
            }
        }
        Err(EOPNOTSUPP)
    }

    /// Learns the number from one look-up of an element that exists: what the kernel wrote is what does not follow the buffer's
    /// fill when it is filled with something else.
    fn count(&self, key: &[u8]) -> Result<(), i32> {
        let fd = self.object.fd(self.index)?;
        let mut buffer = self.scratch()?;
        let mut end = 0;
        for fill in [0x5a, 0xa5] {
            buffer.fill(fill);
            host_operate(fd, Call::Lookup(&mut buffer), key, 0)?;
            let written = buffer.iter().rposition(|byte| *byte != fill);
            end = end.max(written.map_or(0, |last| last + 1));
        }
        match end.div_ceil(self.spec().stride().max(1)) {
            // The host says that it wrote, and did not.
            0 => Err(EIO),
            cpus => {
                CPUS.store(cpus, Relaxed);
                Ok(())
            }
        }
    }

    /// The number of possible CPUs, for a per-CPU map.
    pub(crate) fn cpus(&self) -> crate::Result<usize> {
        let key = vec![0; self.key_size()];
        let cpus = self.cpus_for(&key);
        cpus.map_err(|errno| {
            self.error(
                "count CPUs",
                if errno == ENOENT { EOPNOTSUPP } else { errno },
            )
        })
    }
}
