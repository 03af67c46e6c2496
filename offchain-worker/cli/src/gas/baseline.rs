//! Figures held against the page of an earlier measurement.

use std::collections::BTreeSet;

use thiserror::Error;

use super::{
    Figures,
    page::{self, shown, to_hundredths},
};

/// What is wrong with a message's cost.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// It takes over a tenth more than the page says.
    #[error("{label} at size {size} takes {} giga-units of ref_time, the page says {}", shown(*now), shown(*page))]
    Grown {
        /// The message.
        label: String,
        /// Neurons of the subnet.
        size: u16,
        /// Hundredths of giga-units on the page.
        page: u64,
        /// The same now.
        now: u64,
    },
    /// The page does not have it.
    #[error("{label} at size {size} is not on the page")]
    NotOnPage {
        /// The message.
        label: String,
        /// Neurons of the subnet.
        size: u16,
    },
    /// A contract has it, and nothing measures it.
    #[error("{0} is not measured")]
    NotMeasured(&'static str),
}

/// What is on the page otherwise, or not at all.
pub(super) fn compare(page: &str, figures: &Figures) -> Vec<Mismatch> {
    let known = page::read(page);
    let mut found = Vec::new();
    for figure in &figures.messages {
        let (label, size, now) = (figure.label(), figure.size, to_hundredths(figure.ref_time));
        match known.get(&(label.clone(), size)) {
            // Cents of a giga-unit: so small a message may grow by the rounding alone.
            Some(&page) if now * 10 > page * 11 + 10 => found.push(Mismatch::Grown { label, size, page, now }),
            Some(_) => {}
            None => found.push(Mismatch::NotOnPage { label, size }),
        }
    }
    found
}

/// The messages of the contracts that have no figure.
pub(super) fn unmeasured(figures: &Figures) -> impl Iterator<Item = Mismatch> {
    let measured: BTreeSet<_> = figures.messages.iter().map(super::MessageFigure::label).collect();
    chain::labels().filter(move |label| !measured.contains(*label)).map(Mismatch::NotMeasured)
}

#[cfg(test)]
mod tests {
    use chain::{Gas, GasUse};

    use super::*;
    use crate::gas::{ContractFigure, MessageFigure};

    /// Every message at size 1 takes 2 giga-units, one of them something else.
    fn figures(other: &str, ref_time: u64) -> Figures {
        let used = |label| {
            let max = Gas { ref_time: if label == other { ref_time } else { 2_000_000_000 }, proof_size: 1 };
            MessageFigure::new(label, 1, GasUse { count: 1, max, total: max, deposit: 0 })
        };
        let contracts = vec![ContractFigure { contract: "tao".to_owned(), wasm_bytes: 5 }];
        Figures { pallet: "a pallet", contracts, messages: chain::labels().map(used).collect() }
    }

    #[test]
    fn message_that_grew_by_more_than_a_tenth_is_named_with_old_and_new() {
        let page = page::draw(&figures("none", 0));
        assert_eq!(compare(&page, &figures("tao.mint", 2_200_000_000)), []);
        let found = compare(&page, &figures("tao.mint", 2_220_000_000));
        let [grown] = &found[..] else { panic!("{found:?}") };
        assert_eq!(grown.to_string(), "tao.mint at size 1 takes 2.22 giga-units of ref_time, the page says 2.00");
    }

    #[test]
    fn message_without_a_figure_on_the_page_or_now_is_named() {
        let mut fewer = figures("none", 0);
        fewer.messages.retain(|figure| figure.label() != "tao.mint");
        let page = page::draw(&fewer);
        let all = compare(&page, &figures("none", 0));
        assert_eq!(all, [Mismatch::NotOnPage { label: "tao.mint".to_owned(), size: 1 }]);
        assert_eq!(compare(&page, &fewer), []);
        assert_eq!(unmeasured(&fewer).collect::<Vec<_>>(), [Mismatch::NotMeasured("tao.mint")]);
    }
}
