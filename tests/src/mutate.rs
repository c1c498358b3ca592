//! Damaged schemas: the same damage for the same seed.

/// A small deterministic generator of numbers (SplitMix64).
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 when that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.draw() % (end.max(1) as u64)).unwrap_or_default()
    }

    fn two(&mut self, end: usize) -> (usize, usize) {
        let (a, b) = (self.below(end), self.below(end));
        (a.min(b), a.max(b))
    }
}

/// One piece of damage to a text: to its bytes, its lines, its words or its blocks.
#[must_use]
pub fn mutate(text: &str, random: &mut Random) -> String {
    if text.is_empty() {
        return insert(text, random);
    }
    match random.below(8) {
        0 => flip(text, random),
        1 => lines(
            text,
            |lines, random| {
                lines.remove(random.below(lines.len()));
            },
            random,
        ),
        2 => lines(
            text,
            |lines, random| {
                let (a, b) = random.two(lines.len());
                lines.swap(a, b);
            },
            random,
        ),
        3 => lines(
            text,
            |lines, random| {
                let at = random.below(lines.len());
                lines.insert(at, lines[random.below(lines.len())]);
            },
            random,
        ),
        4 => swap_blocks(text, random),
        5 => {
            let end = random.below(text.len());
            text[..text.floor_char_boundary(end)].to_owned()
        }
        6 => swap_words(text, random),
        _ => insert(text, random),
    }
}

fn flip(text: &str, random: &mut Random) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len());
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1 << random.below(7);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn lines(text: &str, change: impl Fn(&mut Vec<&str>, &mut Random), random: &mut Random) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    change(&mut lines, random);
    lines.join("\n")
}

/// Swaps the blocks below two lines: what is indented deeper than they are.
fn swap_blocks(text: &str, random: &mut Random) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let block = |start: usize| {
        let rest = lines.get(start + 1..).unwrap_or_default();
        start + 1 + rest.iter().take_while(|line| indent(line) > indent(lines[start])).count()
    };
    let (a, b) = random.two(lines.len());
    let (a_end, b_end) = (block(a), block(b));
    if a_end > b {
        return text.to_owned();
    }
    let parts = [&lines[..a], &lines[b..b_end], &lines[a_end..b], &lines[a..a_end], &lines[b_end..]];
    parts.concat().join("\n")
}

fn swap_words(text: &str, random: &mut Random) -> String {
    let words: Vec<&str> = text.split_inclusive([' ', '\n', ',', ':']).collect();
    let (a, b) = random.two(words.len());
    let mut words = words;
    words.swap(a, b);
    words.concat()
}

fn insert(text: &str, random: &mut Random) -> String {
    const PIECES: [&str; 16] = [
        "\"",
        "'",
        "{",
        "[",
        "&a ",
        "*a",
        "!!str ",
        "\u{0}",
        "\u{2028}",
        "\u{202e}",
        "\t",
        "|\n",
        "<<: *a\n",
        "$ref: '#/'",
        "99999999999999999999999",
        "~",
    ];
    let at = text.floor_char_boundary(random.below(text.len() + 1));
    format!("{}{}{}", &text[..at], PIECES[random.below(PIECES.len())], &text[at..])
}
