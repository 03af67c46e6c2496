//! Images: which digit was written?
//!
//! The data are 1,797 handwritten digits of 8 by 8 pixels ("Optical Recognition of Handwritten Digits", Alpaydin and Kaynak 1998,
//! CC BY 4.0). An item is a blend of two images of one digit and of one split, so a digit that nobody wrote; it is turned or
//! slanted, moved, written with a weaker pen, and some pixels are noise.

use std::sync::OnceLock;

use crate::hash::{Digest, Hash256};
use crate::limits::FuelBudget;
use crate::sandbox::protocol::{Answer, Interface};
use crate::tasks::data::{self, DataError, DataFile};
use crate::tasks::{Item, ItemRandom, Split, Task, TaskSpec, equal_shares};

pub(super) static SPEC: TaskSpec = TaskSpec {
    id: "digits",
    title: "Handwritten digits, blended, distorted and noisy",
    data: "Optical Recognition of Handwritten Digits (Alpaydin and Kaynak 1998), CC BY 4.0, from scikit-learn 1.9.1",
    interface: Interface::Predict { classes: CLASSES },
    fuel: FuelBudget { init: 4_000_000, item: 1_000_000, total: 200_000_000 },
    batch: 256,
    items: 512,
};

static FILES: &str = include_str!("digits.b2sum");

const CLASSES: u16 = 10;

/// Pixels of a row, and rows.
const SIDE: usize = 8;

/// The darkest pixel; the paper is 0.
const DARKEST: i32 = 16;

/// What a whole is in fixed-point numbers.
const ONE: i32 = 256;

/// Farthest that an image is moved in either direction, in 256ths of a pixel.
const SHIFT: u32 = 320;

/// Most that a row or a column is moved against its neighbour, in 256ths of a pixel: two equal ones turn the image by up to 17
/// degrees, opposite ones slant it.
const SHEAR: u32 = 80;

/// Share of the darkness that is left, in 256ths.
const PEN: (u32, u32) = (128, 256);

/// One pixel in this many is noise.
const NOISY_ONE_IN: u32 = 10;

type Image = [u8; SIDE * SIDE];

/// The task `digits`.
struct Digits {
    training: [Vec<Image>; CLASSES as usize],
    held_out: [Vec<Image>; CLASSES as usize],
    dataset: Hash256,
}

/// The task, if its data are here.
pub(super) fn open() -> Result<&'static dyn Task, DataError> {
    static TASK: OnceLock<Digits> = OnceLock::new();
    data::load(&TASK, FILES, Digits::new).map(|task| task as _)
}

impl Digits {
    fn new(files: &[DataFile]) -> Self {
        let mut digest = Digest::new("yarrow/digits");
        let (mut training, mut held_out) = Default::default();
        for file in files {
            digest.bytes(file.name.as_bytes()).bytes(&file.bytes);
            for (image, digit) in String::from_utf8_lossy(&file.bytes).lines().filter_map(parse) {
                // By content, so that an image listed twice is on one side.
                let side = if Hash256::of(&image).as_bytes()[0] < 128 { &mut training } else { &mut held_out };
                let side: &mut [Vec<Image>; CLASSES as usize] = side;
                side[usize::from(digit)].push(image);
            }
        }
        Self { training, held_out, dataset: digest.finish() }
    }
}

/// A line of the file: 64 pixels and the digit, with commas between them.
fn parse(line: &str) -> Option<(Image, u8)> {
    let mut numbers = line.split(',').map(|number| number.parse().ok());
    let mut image = [0; SIDE * SIDE];
    for pixel in &mut image {
        *pixel = numbers.next()??;
    }
    let digit = numbers.next()??;
    (u16::from(digit) < CLASSES).then_some((image, digit))
}

impl Task for Digits {
    fn spec(&self) -> &'static TaskSpec {
        &SPEC
    }

    fn dataset(&self) -> Hash256 {
        self.dataset
    }

    fn item(&self, split: Split, random: &mut ItemRandom) -> Item {
        let label = random.below(CLASSES.into());
        let images = match split {
            Split::Training => &self.training[label as usize],
            Split::HeldOut => &self.held_out[label as usize],
        };
        let mut pick = || images[random.below(images.len() as u32) as usize];
        let (first, second) = (pick(), pick());
        // 50 to 90 percent of the first image.
        let share = random.between(128, 230) as i32;
        let blend = core::array::from_fn(|at| share * i32::from(first[at]) + (ONE - share) * i32::from(second[at]));
        let distortion = Distortion::draw(random);
        let pen = random.between(PEN.0, PEN.1) as i32;
        let mut input = Vec::with_capacity(SIDE * SIDE);
        for y in 0..SIDE {
            for x in 0..SIDE {
                let pixel = if random.one_in(NOISY_ONE_IN) {
                    random.between(0, DARKEST as u32) as i32
                } else {
                    // To the nearest level.
                    (distortion.sample(&blend, x, y) * pen + ONE * ONE / 2) / (ONE * ONE)
                };
                input.push(pixel as u8);
            }
        }
        Item::Labelled { input, label: label as u16 }
    }

    fn baseline(&self, item: &Item) -> Vec<Answer> {
        equal_shares(item, CLASSES)
    }
}

/// Where each pixel of an item comes from, in 256ths of a pixel.
struct Distortion {
    shift: [i32; 2],
    shear: [i32; 2],
}

impl Distortion {
    fn draw(random: &mut ItemRandom) -> Self {
        let mut either_way = |farthest: u32| random.between(0, 2 * farthest) as i32 - farthest as i32;
        Self { shift: [either_way(SHIFT), either_way(SHIFT)], shear: [either_way(SHEAR), either_way(SHEAR)] }
    }

    /// The image at the place that pixel (x, y) comes from, between the four pixels around it; 0 outside.
    fn sample(&self, image: &[i32; SIDE * SIDE], x: usize, y: usize) -> i32 {
        // From the middle of the image, which is between two pixels.
        let middle = (SIDE as i32 - 1) * ONE / 2;
        let [across, down] = [x, y].map(|at| at as i32 * ONE - middle);
        let place_x = middle + across + self.shear[0] * down / ONE + self.shift[0];
        let place_y = middle + down + self.shear[1] * across / ONE + self.shift[1];
        let (left, top) = (place_x.div_euclid(ONE), place_y.div_euclid(ONE));
        let (right_share, bottom_share) = (place_x.rem_euclid(ONE), place_y.rem_euclid(ONE));
        let pixel = |x: i32, y: i32| {
            let inside = (0..SIDE as i32).contains(&x) && (0..SIDE as i32).contains(&y);
            if inside { image[(y * SIDE as i32 + x) as usize] } else { 0 }
        };
        let row = |y: i32| (ONE - right_share) * pixel(left, y) + right_share * pixel(left + 1, y);
        ((ONE - bottom_share) * row(top) + bottom_share * row(top + 1)) / (ONE * ONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_that_is_not_distorted_stays_and_one_that_is_moved_is_read_elsewhere() {
        let image = core::array::from_fn(|at| at as i32);
        let moved = |shift| Distortion { shift, shear: [0, 0] }.sample(&image, 3, 4);
        // Pixel (3, 4) is number 35; a row has 8.
        assert_eq!([moved([0, 0]), moved([ONE, 0]), moved([0, -ONE]), moved([0, ONE / 2])], [35, 36, 27, 39]);
        assert_eq!(moved([-8 * ONE, 0]), 0);
    }

    #[test]
    fn lines_that_are_no_images_are_none() {
        let line = |pixels: usize, digit: &str| format!("{}{digit}", "16,".repeat(pixels));
        assert_eq!(parse(&line(64, "9")), Some(([16; 64], 9)));
        assert_eq!([parse(&line(64, "10")), parse(&line(63, "9")), parse(&line(64, "x")), parse("")], [None; 4]);
    }
}
