//! lsm: directories below one directory cannot be removed, others can, and all can when the guest has ended.

use crate::machine;
use crate::results::{is_time, number};
use std::collections::BTreeSet;

/// What `activity rmdir` was told to remove, in which working directory that is, and the denial that is to be printed.
const REFUSED: [(&str, &str, &str); 6] = [
    ("/srv/data/a", "/", "/srv/data/a"),
    ("/srv/data/b/c", "/", "/srv/data/b/c"),
    // Not empty either: the rule is asked first.
    ("/srv/data/b", "/", "/srv/data/b"),
    // More names than a denial tells.
    (
        "/srv/data/e/f/g/h/i/j/k/l/m/n",
        "/",
        "/srv/data/.../g/h/i/j/k/l/m/n",
    ),
    ("/srv/data/mounted/in", "/", "/srv/data/mounted/in"),
    ("relative", "/srv/data/", "/srv/data/relative"),
];

/// Not below it, though some look like it.
const REMOVED: [(&str, &str); 7] = [
    ("../datum", "/srv/datum"),
    ("/srv/database", "/srv/database"),
    ("/srv/other/data", "/srv/other/data"),
    ("/srv/other", "/srv/other"),
    ("/scratch/srv/data/a", "/scratch/srv/data/a"),
    ("/scratch/srv/data", "/scratch/srv/data"),
    ("/scratch/srv", "/scratch/srv"),
];

const EPERM: i32 = 1;

#[test]
fn lsm_denies_rmdir_below_a_directory_and_nothing_else() {
    let Some(results) = machine::results() else {
        return;
    };
    let did = results.rows("lsm.did");
    // RET and ERRNO of a path, and whose call it was.
    let outcome = |path: &str| {
        let mut rows = did.iter().filter(|row| row[0] == "rmdir" && row[4] == path);
        let row = rows.next().unwrap_or_else(|| panic!("no rmdir of {path}"));
        assert_eq!(rows.next(), None);
        (
            number::<i32>(&row[2]),
            number::<i32>(&row[3]),
            row[1].clone(),
        )
    };
    let rows = results.table("lsm", "TIME PID UID COMM DENIED");
    assert_eq!(rows.len(), REFUSED.len(), "{rows:?}");
    for (row, (path, _, denied)) in rows.iter().zip(REFUSED) {
        let (ret, errno, pid) = outcome(path);
        assert_eq!((ret, errno), (-1, EPERM), "{path}");
        assert!(is_time(&row[0]), "{row:?}");
        assert_eq!(row[1..], [&pid, "0", "activity", denied]);
    }
    for (path, _) in REMOVED {
        let (ret, _, _) = outcome(path);
        assert_eq!(ret, 0, "{path}");
    }
    assert_eq!(did.len(), REFUSED.len() + REMOVED.len() + 1);
    assert_eq!(did.last().unwrap().join(" "), "unlink /srv/data/file");
}

#[test]
fn what_lsm_denied_is_still_there_and_removed_when_it_has_ended() {
    let Some(results) = machine::results() else {
        return;
    };
    let listing = results.text("lsm.meanwhile");
    let there: BTreeSet<&str> = listing.lines().collect();
    for (path, folder, _) in REFUSED {
        let path = format!("{}{path}", if folder == "/" { "" } else { folder });
        assert!(there.contains(path.as_str()), "{path} is gone");
    }
    for (_, path) in REMOVED {
        assert!(!there.contains(path), "{path} is still there");
    }
    let afterwards = results.rows("lsm.afterwards");
    assert_eq!(afterwards.len(), 1);
    assert_eq!(afterwards[0][2..], ["0", "0", "/srv/data/a"]);
    results.assert_nothing_left("lsm");
}
