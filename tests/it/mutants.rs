//! Damaged schemas: reading ends, blames places inside the file, and never makes code in spite of an error.

use crate::{inputs, made};
use apiloom_tests::mutate::{Random, mutate};

const MUTANTS: usize = 300;

#[test]
fn damaged_schemas_are_read_to_the_end() {
    let inputs = inputs();
    for seed in 0..MUTANTS {
        let (path, text) = &inputs[seed % inputs.len()];
        let mut random = Random(seed as u64);
        let mut damaged = mutate(text, &mut random);
        for _ in 0..random.below(3) {
            damaged = mutate(&damaged, &mut random);
        }
        let made = made(path, &damaged);
        for found in made.diagnostics.iter() {
            assert!(
                found.span.end as usize <= damaged.len(),
                "{found:?} lies outside of damage {seed} to {path}:\n{damaged}"
            );
        }
        assert!(made.files.is_empty() || !made.diagnostics.has_errors(), "damage {seed} to {path}");
    }
}

#[test]
fn the_same_damage_for_the_same_seed() {
    let text = &inputs()[0].1;
    assert_eq!(mutate(text, &mut Random(7)), mutate(text, &mut Random(7)));
}
