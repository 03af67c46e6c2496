//! The functions that the host calls, as one macro per interface.

use core::cell::UnsafeCell;

/// A model that answers an input with a distribution over classes.
pub trait Classifier {
    /// Number of classes.
    const CLASSES: usize;

    /// The model before its first item.
    const NEW: Self;

    /// Writes a weight for every class; the probability of a class is its share of the sum. The host adds 1 to each.
    fn predict(&mut self, input: &[u8], weights: &mut [u16]);
}

/// A model that predicts the bytes of a stream one after the other.
pub trait Stream {
    /// The model before the first byte.
    const NEW: Self;

    /// Writes a weight for each value of the next byte, as in [`Classifier::predict`]. `previous` is the byte that the
    /// last answer was about; `None` when a stream starts.
    fn step(&mut self, previous: Option<u8>, weights: &mut [u16; 256]);
}

/// The one model of a module.
#[derive(Debug)]
pub struct Instance<M>(UnsafeCell<M>);

// SAFETY: a module has one thread.
unsafe impl<M> Sync for Instance<M> {}

impl<M> Instance<M> {
    /// A place for `model`.
    pub const fn new(model: M) -> Self {
        Self(UnsafeCell::new(model))
    }

    /// The model.
    #[expect(clippy::mut_from_ref, reason = "each export takes the reference once and drops it before it returns")]
    fn get(&self) -> &mut M {
        // SAFETY: exports do not call each other and there is one thread.
        unsafe { &mut *self.0.get() }
    }
}

impl<M: Classifier> Instance<M> {
    /// Whether the task's descriptor asks for what the model does: 0, otherwise 1.
    pub fn init_classifier(&self, task: &[u8]) -> i32 {
        let [low, high] = (M::CLASSES as u16).to_le_bytes();
        i32::from(!task.starts_with(&[0, 1, low, high]))
    }

    /// Answers `input` and returns the bytes that all weights take. Without room for all, nothing is written.
    pub fn predict(&self, input: &[u8], weights: &mut [u16]) -> u32 {
        if let Some(weights) = weights.get_mut(..M::CLASSES) {
            self.get().predict(input, weights);
        }
        (M::CLASSES * 2) as u32
    }
}

impl<M: Stream> Instance<M> {
    /// Whether the task's descriptor asks for what the model does: 0, otherwise 1.
    pub fn init_stream(&self, task: &[u8]) -> i32 {
        i32::from(!task.starts_with(&[1, 1, 0, 1]))
    }

    /// Answers for the next byte and returns the bytes written. `previous` is -1 when a stream starts.
    pub fn step(&self, previous: i32, weights: &mut [u16]) -> u32 {
        let Ok(weights) = weights.try_into() else {
            return 0;
        };
        self.get().step(u8::try_from(previous).ok(), weights);
        512
    }
}

/// Exports the functions that every module has.
#[macro_export]
macro_rules! common {
    () => {
        #[no_mangle]
        extern "C" fn abi_version() -> i32 {
            1
        }

        #[no_mangle]
        extern "C" fn alloc(length: u32) -> u32 {
            $crate::memory::alloc(length)
        }
    };
}

/// Exports a [`Classifier`] under ABI v1.
#[macro_export]
macro_rules! classifier {
    ($model:ty) => {
        $crate::common!();

        static MODEL: $crate::Instance<$model> = $crate::Instance::new(<$model as $crate::Classifier>::NEW);

        #[no_mangle]
        extern "C" fn init(task: u32, length: u32) -> i32 {
            // SAFETY: the host passes a buffer from `alloc`.
            MODEL.init_classifier(unsafe { $crate::memory::bytes(task, length) })
        }

        #[no_mangle]
        extern "C" fn predict(input: u32, length: u32, output: u32, room: u32) -> u32 {
            // SAFETY: the host passes two buffers from `alloc`.
            unsafe { MODEL.predict($crate::memory::bytes(input, length), $crate::memory::weights(output, room)) }
        }
    };
}

/// Exports a [`Stream`] under ABI v1.
#[macro_export]
macro_rules! stream {
    ($model:ty) => {
        $crate::common!();

        static MODEL: $crate::Instance<$model> = $crate::Instance::new(<$model as $crate::Stream>::NEW);

        #[no_mangle]
        extern "C" fn init(task: u32, length: u32) -> i32 {
            // SAFETY: the host passes a buffer from `alloc`.
            MODEL.init_stream(unsafe { $crate::memory::bytes(task, length) })
        }

        #[no_mangle]
        extern "C" fn step(previous: i32, output: u32) -> u32 {
            // SAFETY: the host passes a buffer of 512 bytes from `alloc`.
            MODEL.step(previous, unsafe { $crate::memory::weights(output, 512) })
        }
    };
}
