//! Mixes what the contexts of 0 to 6 bytes say; `text::mixer` says how.
#![no_std]
#![no_main]

use text::mixer::Mixer;

static TABLE: &[u8] = include_bytes!("../table.bin");

struct ContextMixer(Mixer);

impl model::Stream for ContextMixer {
    const NEW: Self = Self(Mixer::NEW);

    fn step(&mut self, previous: Option<u8>, weights: &mut [u16; 256]) {
        self.0.step(TABLE, previous, weights);
    }
}

model::stream!(ContextMixer);
