//! What the compiler says when `api!` is used wrongly. The messages stand beside each file.

#[test]
fn misuse_is_explained() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
