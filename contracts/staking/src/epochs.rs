//! The epochs of a subnet, as its payments make them known.

use primitives::ProtocolBlock;

/// An epoch: its first block and the next one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// Its first block.
    pub from: ProtocolBlock,
    /// The first block of the next one.
    pub until: ProtocolBlock,
}

/// The epochs around the last payment of a subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Epochs {
    paid_from: ProtocolBlock,
    from: ProtocolBlock,
    until: ProtocolBlock,
}

impl Epochs {
    /// The first payment of a subnet, at block `now`. When the epoch that it pays began is not known.
    pub fn first(now: ProtocolBlock, until: ProtocolBlock) -> Self {
        Self { paid_from: ProtocolBlock::new(0), from: now, until }
    }

    /// The epochs after a payment after which the next epoch ends at `until`: the same if it is part of the last one.
    pub fn after_payment(self, until: ProtocolBlock) -> Self {
        if until == self.until {
            return self;
        }
        Self { paid_from: self.from, from: self.until, until }
    }

    /// The epoch that was paid last.
    pub fn paid(&self) -> Epoch {
        Epoch { from: self.paid_from, until: self.from }
    }

    /// The epoch that is to be paid next.
    pub fn current(&self) -> Epoch {
        Epoch { from: self.from, until: self.until }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_moves_on_by_an_epoch_and_its_parts_do_not() {
        let [now, first, second] = [7, 360, 720].map(ProtocolBlock::new);
        let epochs = Epochs::first(now, first);
        assert_eq!(epochs.after_payment(first), epochs);
        let next = epochs.after_payment(second);
        assert_eq!(next.paid(), Epoch { from: now, until: first });
        assert_eq!(next.current(), Epoch { from: first, until: second });
    }
}
