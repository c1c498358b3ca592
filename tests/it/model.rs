//! The model that each case of the corpus is read into, as `apiloom inspect` shows it: `corpus/<case>/ir.snap`.
//! `INSTA_UPDATE=always` writes them anew.

use apiloom_codegen::ir::dump;
use apiloom_codegen::{Diagnostics, openapi, source};
use apiloom_tests::cases;

#[test]
fn every_case_is_read_into_its_model() {
    for case in cases::names().unwrap() {
        let input = cases::input(&case).unwrap();
        let sources = source::load(&input).unwrap();
        let api = openapi::lower(&sources, openapi::Reading::Practice, &mut Diagnostics::default());
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(input.parent().unwrap());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(case);
        settings.bind(|| insta::assert_snapshot!("ir", dump::text(&api)));
    }
}
