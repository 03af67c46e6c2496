//! The table of `langid-script`: how often each language occurs in each script.

use language::scripts::{SCRIPTS, script};

use crate::labelled::{Fragment, LANGUAGES};

pub(crate) fn table(fragments: &[Fragment]) -> Vec<u8> {
    let mut counts = [[0.0; LANGUAGES]; SCRIPTS];
    for (text, label) in fragments {
        counts[script(text)][*label] += 1.0;
    }
    let of_script = |counts: [f64; LANGUAGES]| {
        let sum: f64 = counts.iter().sum::<f64>() + 1.0;
        counts.map(|count| ((count / sum * 65_535.0) as u16).to_le_bytes()).concat()
    };
    counts.into_iter().flat_map(of_script).collect()
}
