//! A module for each case of `corpus/` for which code was generated; they compile without a warning.
#![deny(warnings)]

include!(concat!(env!("OUT_DIR"), "/goldens.rs"));
