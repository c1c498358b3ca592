//! A module for each case of `corpus/` for which code was generated.
#![allow(missing_docs, reason = "the schemas of the cases say little")]

include!(concat!(env!("OUT_DIR"), "/goldens.rs"));
