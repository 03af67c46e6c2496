//! A binary Merkle tree over the losses of a sample's items, so that one item can be disputed alone.
//!
//! A leaf is the hash of the item's number and loss; an odd node moves up unchanged.

use serde::{Deserialize, Serialize};

use crate::hash::{Digest, Hash256};
use crate::scoring::bits::Bits;

/// The loss of one item with its way to the root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LossProof {
    /// The item's number.
    pub item: u64,
    /// Its loss.
    pub loss: Bits,
    /// The neighbours on the way up, and whether each is on the left.
    pub path: Vec<(bool, Hash256)>,
}

impl LossProof {
    /// The way of an item's loss to the root of all; `None` if there is no such item.
    pub fn of(losses: &[Bits], item: usize) -> Option<Self> {
        let loss = *losses.get(item)?;
        let (mut level, mut at, mut path) = (leaves(losses), item, Vec::new());
        while level.len() > 1 {
            if let Some(neighbour) = level.get(at ^ 1) {
                path.push((at % 2 == 1, *neighbour));
            }
            level = above(&level);
            at /= 2;
        }
        Some(Self { item: item as u64, loss, path })
    }

    /// The leaf: the hash of the item's number and loss.
    pub fn leaf(&self) -> Hash256 {
        leaf(self.item, self.loss)
    }

    /// The root that the way leads to.
    pub fn root(&self) -> Hash256 {
        let join = |hash, (is_left, neighbour): &(bool, Hash256)| match is_left {
            true => node(neighbour, &hash),
            false => node(&hash, neighbour),
        };
        self.path.iter().fold(self.leaf(), join)
    }
}

/// The root of all losses; zero where there are none.
pub(crate) fn root(losses: &[Bits]) -> Hash256 {
    let mut level = leaves(losses);
    while level.len() > 1 {
        level = above(&level);
    }
    level.first().copied().unwrap_or(Hash256::from_bytes([0; 32]))
}

fn leaves(losses: &[Bits]) -> Vec<Hash256> {
    (0..).zip(losses).map(|(item, loss)| leaf(item, *loss)).collect()
}

fn above(level: &[Hash256]) -> Vec<Hash256> {
    level.chunks(2).map(|pair| if let [left, right] = pair { node(left, right) } else { pair[0] }).collect()
}

fn leaf(item: u64, loss: Bits) -> Hash256 {
    let mut digest = Digest::new("yarrow/loss");
    digest.number(item).raw(&loss.q32().to_le_bytes());
    digest.finish()
}

fn node(left: &Hash256, right: &Hash256) -> Hash256 {
    let mut digest = Digest::new("yarrow/losses");
    digest.hash(left).hash(right);
    digest.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn losses(losses: &[i64]) -> Vec<Bits> {
        losses.iter().copied().map(Bits::from_q32).collect()
    }

    #[test]
    fn root_of_three_is_the_node_of_two_and_the_third() {
        let (a, b, c) = (leaf(0, Bits::from_q32(5)), leaf(1, Bits::from_q32(6)), leaf(2, Bits::from_q32(7)));
        assert_eq!(root(&losses(&[5, 6, 7])), node(&node(&a, &b), &c));
    }

    #[test]
    fn root_changes_with_any_loss_and_with_their_order() {
        let all = [&[5, 6, 7, 8][..], &[5, 6, 7, 9], &[6, 5, 7, 8], &[5, 6, 7], &[]].map(|all| root(&losses(all)));
        for (at, this) in all.iter().enumerate() {
            assert!(!all[at + 1..].contains(this));
        }
    }

    #[test]
    fn every_item_has_a_way_to_the_root_and_no_other_loss_has() {
        for count in 1..20 {
            let losses: Vec<Bits> = (0..count).map(|number| Bits::from_q32(number * 11)).collect();
            for item in 0..losses.len() {
                let proof = LossProof::of(&losses, item).expect("there is the item");
                assert_eq!(proof.root(), root(&losses), "{item} of {count}");
                let other = LossProof { loss: Bits::from_q32(-1), ..proof };
                assert_ne!(other.root(), root(&losses));
            }
            assert_eq!(LossProof::of(&losses, losses.len()), None);
        }
    }
}
