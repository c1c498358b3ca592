use super::*;
use std::collections::BTreeMap;

fn files(list: &[(&str, &str)]) -> Vec<File> {
    list.iter().map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() }).collect()
}

/// Every file below a folder, without the manifest.
fn tree(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found.remove(MANIFEST);
    found
}

fn is(folder: &Path, expected: &[(&str, &str)]) {
    let expected = expected.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    assert_eq!(tree(folder), expected);
}

#[test]
fn what_is_no_longer_generated_goes_and_what_is_not_ours_stays() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    write(&out, &files(&[("a.rs", "1"), ("sub/b.rs", "2")]), Foreign::Refuse).unwrap();
    fs::write(out.join("mine.rs"), "mine").unwrap();
    write(&out, &files(&[("a.rs", "3")]), Foreign::Refuse).unwrap();
    is(&out, &[("a.rs", "3"), ("mine.rs", "mine")]);
    assert!(!out.join("sub").exists());
    clean(&out).unwrap();
    is(&out, &[("mine.rs", "mine")]);
    assert!(!out.join(MANIFEST).exists());
}

#[test]
fn nothing_is_touched_when_nothing_differs() {
    let dir = tempfile::tempdir().unwrap();
    let now = files(&[("a.rs", "1")]);
    write(dir.path(), &now, Foreign::Refuse).unwrap();
    let time = |name| fs::metadata(dir.path().join(name)).unwrap().modified().unwrap();
    let before = (time("a.rs"), time(MANIFEST));
    std::thread::sleep(std::time::Duration::from_millis(20));
    assert!(write(dir.path(), &now, Foreign::Refuse).unwrap().is_empty());
    assert_eq!(before, (time("a.rs"), time(MANIFEST)));
}

#[test]
fn a_foreign_file_stops_everything_unless_told() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("b.rs"), "mine").unwrap();
    let new = files(&[("a.rs", "1"), ("b.rs", "2")]);
    assert!(
        matches!(write(dir.path(), &new, Foreign::Refuse), Err(WriteError::Foreign(list)) if list.len() == 1)
    );
    is(dir.path(), &[("b.rs", "mine")]);
    write(dir.path(), &new, Foreign::Overwrite).unwrap();
    is(dir.path(), &[("a.rs", "1"), ("b.rs", "2")]);
}

#[test]
fn a_file_changed_by_hand_is_not_removed() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &files(&[("a.rs", "1"), ("b.rs", "2")]), Foreign::Refuse).unwrap();
    fs::write(dir.path().join("b.rs"), "my work").unwrap();
    let plan = write(dir.path(), &files(&[("a.rs", "1")]), Foreign::Refuse).unwrap();
    assert_eq!(plan.kept, [dir.path().join("b.rs")]);
    is(dir.path(), &[("a.rs", "1"), ("b.rs", "my work")]);
}

#[test]
fn paths_and_manifests_that_lead_out_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    for path in ["../x", "/etc/x", "a/../../x", ""] {
        assert!(
            matches!(write(&out, &files(&[(path, "")]), Foreign::Refuse), Err(WriteError::Unsafe(..))),
            "{path}"
        );
    }
    fs::create_dir_all(&out).unwrap();
    fs::write(dir.path().join("victim"), "v").unwrap();
    fs::write(out.join(MANIFEST), format!("{}  ../victim\n", "0".repeat(64))).unwrap();
    assert!(matches!(clean(&out), Err(WriteError::Unsafe(..))));
    assert!(dir.path().join("victim").exists());
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    let (out, elsewhere) = (dir.path().join("out"), dir.path().join("elsewhere"));
    fs::create_dir_all(&out).unwrap();
    fs::create_dir_all(&elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, out.join("sub")).unwrap();
    let refused = write(&out, &files(&[("sub/a.rs", "1")]), Foreign::Overwrite);
    assert!(matches!(refused, Err(WriteError::Unsafe(..))));
    assert!(tree(&elsewhere).is_empty());
}

#[test]
fn a_failure_half_way_puts_everything_back() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &files(&[("a.rs", "1"), ("z.rs", "1")]), Foreign::Refuse).unwrap();
    // A folder stands where a file should go: moving it there fails, after `a.rs` was moved.
    fs::remove_file(dir.path().join("z.rs")).unwrap();
    let new = plan(dir.path(), &files(&[("a.rs", "2"), ("z.rs", "2")])).unwrap();
    stage(dir.path(), &new).unwrap();
    fs::create_dir(dir.path().join("z.rs")).unwrap();
    assert!(commit(dir.path(), &new).is_err());
    is(dir.path(), &[("a.rs", "1")]);
    assert!(Manifest::read(dir.path()).unwrap().owns("z.rs"));
}

#[test]
fn a_run_that_was_killed_is_finished_by_the_next() {
    let old = files(&[("a.rs", "1"), ("gone.rs", "1"), ("z.rs", "1")]);
    let new = files(&[("a.rs", "2"), ("sub/n.rs", "2"), ("z.rs", "2")]);
    // Killed after so many moves; 0: just after staging counts.
    for moves in 0..3 {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path();
        write(out, &old, Foreign::Refuse).unwrap();
        let planned = plan(out, &new).unwrap();
        stage(out, &planned).unwrap();
        for (path, _) in planned.texts().take(moves) {
            make_parent(&out.join(path)).unwrap();
            fs::rename(out.join(COMMIT).join(path), out.join(path)).unwrap();
        }
        recover(out).unwrap();
        is(out, &[("a.rs", "2"), ("sub/n.rs", "2"), ("z.rs", "2")]);
        assert!(write(out, &new, Foreign::Refuse).unwrap().is_empty());
    }
}

#[test]
fn a_run_that_was_killed_while_staging_leaves_the_old_tree() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &files(&[("a.rs", "1")]), Foreign::Refuse).unwrap();
    let planned = plan(dir.path(), &files(&[("a.rs", "2")])).unwrap();
    stage_in(&dir.path().join(STAGING), &planned).unwrap();
    recover(dir.path()).unwrap();
    is(dir.path(), &[("a.rs", "1")]);
}

#[test]
fn the_difference_reads_like_a_patch() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &files(&[("a.rs", "one\ntwo\n")]), Foreign::Refuse).unwrap();
    let plan = plan(dir.path(), &files(&[("a.rs", "one\n2\n"), ("b.rs", "x\n")])).unwrap();
    let text = plan.unified(Path::new("src/api"));
    assert!(
        text.contains("--- a/src/api/a.rs\n+++ b/src/api/a.rs\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n"),
        "{text}"
    );
    assert!(text.contains("--- /dev/null\n+++ b/src/api/b.rs\n"), "{text}");
}
