//! Flags of look-ups and updates.

use core::ops::BitOr;

/// What a look-up or an update is to do: `BPF_ANY` and the like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MapFlags(pub u64);

impl MapFlags {
    /// `BPF_ANY`: creates an element or replaces it.
    pub const ANY: Self = MapFlags(0);
    /// `BPF_NOEXIST`: only creates one, else `EEXIST`.
    pub const NO_EXIST: Self = MapFlags(1);
    /// `BPF_EXIST`: only replaces one, else `ENOENT`.
    pub const EXIST: Self = MapFlags(2);
    /// `BPF_F_LOCK`: holds the spin lock that is part of the value.
    pub const LOCK: Self = MapFlags(4);
}

impl BitOr for MapFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        MapFlags(self.0 | other.0)
    }
}
