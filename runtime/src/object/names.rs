//! The kinds and the keys of an object's fields, as one text until they are asked for.

use super::{DENY, kind};
use std::sync::OnceLock;

/// The kinds and keys of the fields of an [`Object`](super::Object).
///
/// To the compiler each text of its own is a macro to expand, a constant to check and a place to remember; so the fields
/// are one text, which the first use takes apart.
#[derive(Debug)]
pub struct Names {
    /// The kind and the name of each field, then the tails.
    text: &'static str,
    /// The keys that are ignored.
    except: &'static [&'static str],
    all: OnceLock<Vec<&'static str>>,
}

impl Names {
    /// Of fields such as `required id optional name`, behind which may stand the tails `deny` and `except`.
    #[must_use]
    pub const fn new(text: &'static str, except: &'static [&'static str]) -> Self {
        Self { text, except, all: OnceLock::new() }
    }

    /// The tail (`"\0"` or `"\0deny"`), then for each field its kind (such as `required`) and its key; then `except` and
    /// a key for each that is ignored. `renamed` is [`Object::RENAMED`](super::Object::RENAMED).
    #[inline]
    pub fn all(&'static self, renamed: &[(&'static str, &'static str)]) -> &'static [&'static str] {
        self.all.get_or_init(|| self.take_apart(renamed))
    }

    fn take_apart(&self, renamed: &[(&'static str, &'static str)]) -> Vec<&'static str> {
        let (mut all, mut words) = (vec!["\0"], self.text.split_whitespace());
        while let Some(word) = words.next() {
            match word {
                "deny" => all[0] = DENY,
                kind::EXCEPT => {}
                kind => {
                    let name = words.next().unwrap_or_default();
                    let key = renamed.iter().find(|(_, field)| *field == name);
                    all.extend([kind, key.map_or(name, |(key, _)| *key)]);
                }
            }
        }
        all.extend(self.except.iter().flat_map(|key| [kind::EXCEPT, key]));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn fields_and_tails() {
        static NAMES: Names =
            Names::new("required deny optional photo_urls rest others deny except", &["id", "a b"]);
        assert_eq!(
            NAMES.all(&[("photoUrls", "photo_urls")]),
            [
                "\0deny",
                "required",
                "deny",
                "optional",
                "photoUrls",
                "rest",
                "others",
                "except",
                "id",
                "except",
                "a b"
            ]
        );
        static NONE: Names = Names::new("", &[]);
        assert_eq!(NONE.all(&[]), ["\0"]);
    }
}
