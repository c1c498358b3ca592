//! Texts: by format, by pattern, or a few words.

use super::pattern;
use super::random::Random;
use super::shape::Flat;

const WORDS: [&str; 24] = [
    "amber", "basil", "cedar", "delta", "ember", "fjord", "grove", "heron", "iris", "juniper", "kelp",
    "lark", "maple", "north", "olive", "pine", "quartz", "river", "stone", "tide", "umber", "vale", "willow",
    "zephyr",
];

/// A text that the schema allows, as far as format, pattern and lengths say; `None` when none was found.
pub(super) fn text(random: &mut Random, flat: &Flat) -> Option<String> {
    let (least, most) = (flat.count("minLength").unwrap_or(0), flat.count("maxLength").unwrap_or(usize::MAX));
    if least > most {
        return None;
    }
    let fits = |text: &String| (least..=most).contains(&text.chars().count());
    if let Some(text) = flat.text("pattern") {
        let hir = pattern::parse(text)?;
        let more = |n: u32| [3, 0, 8, 20, 60][(n as usize / 6) % 5];
        let made = (0..60).map(|n| pattern::text(random, &hir, more(n))).find(fits);
        return made.or_else(|| padded(random, text, &hir, least, most));
    }
    if let Some(text) = flat.text("format").and_then(|format| formatted(random, format)) {
        return Some(text)
            .filter(fits)
            .or_else(|| short_format(flat.text("format")).filter(fits))
            .or_else(|| Some(words(random, least, most)));
    }
    Some(words(random, least, most))
}

/// An expression that is not tied to both ends allows more text around what it matches.
fn padded(
    random: &mut Random,
    pattern: &str,
    hir: &regex_syntax::hir::Hir,
    least: usize,
    most: usize,
) -> Option<String> {
    let mut text = pattern::text(random, hir, 0);
    let missing = least.saturating_sub(text.chars().count());
    let fill: String = std::iter::repeat_n('a', missing).collect();
    match (pattern.starts_with('^'), pattern.ends_with('$')) {
        (_, false) => text.push_str(&fill),
        (false, true) => text.insert_str(0, &fill),
        (true, true) => return None,
    }
    Some(text).filter(|text| text.chars().count() <= most)
}

fn words(random: &mut Random, least: usize, most: usize) -> String {
    let mut text = String::new();
    let count = 1 + random.below(2);
    for n in 0.. {
        if n >= count && text.len() >= least.min(10_000) {
            break;
        }
        if n > 0 {
            text.push(' ');
        }
        text.push_str(random.pick(&WORDS).copied().unwrap_or_default());
    }
    while text.len() < least {
        text.push('a');
    }
    text.truncate(most);
    // No space at an end: some readers trim.
    if text.ends_with(' ') {
        text.pop();
        text.push('a');
    }
    text
}

/// The shortest text of a format whose usual one is too long.
fn short_format(format: Option<&str>) -> Option<String> {
    Some(match format? {
        "uri" | "url" | "iri" => "a:b".to_owned(),
        "email" | "idn-email" => "a@b.co".to_owned(),
        "hostname" | "idn-hostname" => "a".to_owned(),
        "byte" => String::new(),
        _ => return None,
    })
}

fn formatted(random: &mut Random, format: &str) -> Option<String> {
    let word = |random: &mut Random| random.pick(&WORDS).copied().unwrap_or("amber");
    let (first, second) = (word(random), word(random));
    let mut part = |low: i128, high: i128| random.between(low, high);
    let date = format!("{}-{:02}-{:02}", part(2000, 2029), part(1, 12), part(1, 28));
    let time = format!("{:02}:{:02}:{:02}Z", part(0, 23), part(0, 59), part(0, 59));
    Some(match format {
        "date" => date,
        "date-time" | "datetime" => format!("{date}T{time}"),
        "time" => time,
        "duration" => format!("P{}DT{}H", part(1, 30), part(1, 23)),
        "uuid" => uuid(random),
        "email" | "idn-email" => format!("{}@example.com", first),
        "hostname" | "idn-hostname" => format!("{}.example.com", first),
        "ipv4" | "ip" => format!("192.0.2.{}", part(1, 254)),
        "ipv6" => format!("2001:db8::{:x}", part(1, 65_535)),
        "uri" | "url" | "iri" => format!("https://example.com/{}", first),
        "uri-reference" | "iri-reference" => format!("/{}/{}", first, second),
        "uri-template" => format!("/{}/{{id}}", first),
        "json-pointer" => format!("/{}/{}", first, part(0, 9)),
        "relative-json-pointer" => format!("{}/{}", part(0, 3), first),
        "regex" => format!("^{}$", first),
        "byte" | "base64" => base64(first.as_bytes()),
        "base64url" => base64(first.as_bytes()).trim_end_matches('=').to_owned(),
        "decimal" => format!("{}.{:02}", part(0, 999), part(0, 99)),
        _ => return None,
    })
}

/// RFC 9562, version 4.
fn uuid(random: &mut Random) -> String {
    let (high, low) = (random.next(), random.next());
    let high = (high & 0xffff_ffff_ffff_0fff) | 0x4000;
    let low = (low & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

/// RFC 4648, section 4.
pub(super) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |n: usize| u32::from(chunk.get(n).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for n in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * n) & 63) as usize];
            out.push(if n <= chunk.len() { letter as char } else { '=' });
        }
    }
    out
}
