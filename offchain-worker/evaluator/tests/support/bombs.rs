//! Modules that are dear to compile, or no modules at all, made rather than written down.

use super::{ANSWER, artifact, module};

/// A module, and the beginning of what its outcome looks like.
pub(crate) struct Hostile {
    pub(crate) name: String,
    pub(crate) ends: String,
    pub(crate) module: Vec<u8>,
}

fn hostile(name: &str, ends: &str, module: Vec<u8>) -> Hostile {
    Hostile { name: name.into(), ends: ends.into(), module }
}

/// A module with functions of this text, so many times, beside those of the ABI.
fn functions(times: usize, function: &str) -> Vec<u8> {
    module(&function.repeat(times), ANSWER, "i32.const 512")
}

/// `bytes` after a module's header.
fn binary(bytes: &[u8]) -> Vec<u8> {
    [b"\0asm\x01\0\0\0", bytes].concat()
}

/// A number in five bytes.
fn padded(number: usize) -> [u8; 5] {
    std::array::from_fn(|at| (number >> (7 * at)) as u8 & 0x7f | if at < 4 { 0x80 } else { 0 })
}

/// A custom section of this name and content.
fn custom(name: &str, content: &[u8]) -> Vec<u8> {
    let size = padded(1 + name.len() + content.len());
    [&[0], size.as_slice(), &[name.len() as u8], name.as_bytes(), content].concat()
}

/// A module whose one function has a local declaration of 2^32 - 1 variables.
fn with_locals_by_the_billion() -> Vec<u8> {
    let [types, functions] = [[1, 4, 1, 0x60, 0, 0].as_slice(), &[3, 2, 1, 0]];
    let code = [10, 10, 1, 8, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0x0b];
    binary(&[types, functions, code.as_slice()].concat())
}

/// What is no module, or has much in it that is of no use.
pub(crate) fn odd_binaries() -> Vec<Hostile> {
    let good = artifact("tabular-stump");
    let malformed = "Invalid: not a valid module";
    let billion = |section: u8| binary(&[section, 5, 0xff, 0xff, 0xff, 0xff, 0x0f]);
    vec![
        hostile("nothing", malformed, Vec::new()),
        hostile("a header alone", "Invalid: export `memory`", binary(&[])),
        hostile("another version", malformed, b"\0asm\x02\0\0\0".to_vec()),
        hostile("a component", malformed, b"\0asm\x0d\0\x01\0".to_vec()),
        hostile("compiled code", malformed, [b"\x7fELF\x02\x01\x01\0".as_slice(), &[0; 4_096]].concat()),
        hostile("half a module", malformed, good[..good.len() / 2].to_vec()),
        hostile("a section twice", malformed, binary(&[1, 1, 0, 1, 1, 0])),
        hostile("sections in another order", malformed, binary(&[3, 1, 0, 1, 1, 0])),
        hostile("a number of six bytes", malformed, binary(&[1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00])),
        hostile("a number of 35 bits", malformed, binary(&[1, 0xff, 0xff, 0xff, 0xff, 0x7f])),
        hostile("types by the billion", "Invalid: 4294967295 types", billion(1)),
        hostile("functions by the billion", "Invalid: 4294967295 functions", billion(3)),
        hostile("exports by the billion", "Invalid: 4294967295 exports", billion(7)),
        hostile("bodies by the billion", malformed, billion(10)),
        hostile("locals by the billion", malformed, with_locals_by_the_billion()),
        hostile("custom sections of 3 MiB", "Ok", [good.as_slice(), &custom("x", &vec![7; 3 << 20])].concat()),
        hostile(
            "a hundred thousand custom sections",
            "Ok",
            [good.as_slice(), &custom("", b"").repeat(100_000)].concat(),
        ),
        hostile("names that are no names", "Ok", [good.as_slice(), &custom("name", &[0xff; 64])].concat()),
        hostile("a byte too many", "Invalid: module of 4194305 bytes", vec![0; (4 << 20) + 1]),
        hostile(
            "a long function",
            "Invalid: function body",
            functions(1, &format!("(func {})", "nop ".repeat(270_000))),
        ),
    ]
}

/// A shape that is dear to compile, as a function of how often it stands there.
struct Shape {
    name: &'static str,
    function: fn(usize) -> String,
    /// As often as the limits allow, or nearly.
    most: usize,
}

/// Locals of a shape that makes many of them live.
const LOCALS: usize = 1_000;

fn with_live_locals(body: &str) -> String {
    let sets: String = (1..=LOCALS).map(|at| format!("(local.set {at} (i64.load (i32.const 8)))")).collect();
    let stores: String = (1..=LOCALS).map(|at| format!("(i64.store (i32.const 0) (local.get {at}))")).collect();
    format!("(func (param i32) (local {}) {sets} {body} {stores})", "i64 ".repeat(LOCALS))
}

fn with_values(count: usize, body: &str) -> String {
    let results = "i64 ".repeat(count);
    let values = "(i64.const 1)".repeat(count);
    format!("(func (param {results}) (result {results}) (block (result {results}) {values} {body}))")
}

/// Each was found to keep the compiler busy for minutes, or to exhaust its memory, where nothing but
/// instructions is counted.
const SHAPES: [Shape; 10] = [
    Shape {
        name: "loops in loops",
        function: |times| format!("(func {} {})", "loop ".repeat(times), "end ".repeat(times)),
        most: 3_900,
    },
    Shape {
        name: "conditions in conditions",
        function: |times| format!("(func {} {})", "(i32.const 1) if ".repeat(times), "end ".repeat(times)),
        most: 3_800,
    },
    Shape {
        name: "loops in loops that change locals",
        function: |times| {
            let sets: String =
                (1..=LOCALS).map(|at| format!("(local.set {at} (i64.add (local.get {at}) (i64.const 1)))")).collect();
            let ends = "(br_if 0 (local.get 0)) end ".repeat(times);
            with_live_locals(&format!("{} {sets} {ends}", "loop ".repeat(times)))
        },
        most: 85,
    },
    Shape {
        name: "conditions that change locals",
        function: |times| {
            let set =
                |at| format!("(if (local.get 0) (then (local.set {} (i64.load (i32.const 8)))))", 1 + at * 7 % LOCALS);
            with_live_locals(&(0..times).map(set).collect::<String>())
        },
        most: 3_200,
    },
    Shape {
        name: "branches to one label",
        function: |times| format!("(func (block {}))", "(br_if 0 (i32.const 0))".repeat(times)),
        most: 9_500,
    },
    Shape {
        name: "branches that carry values",
        function: |times| with_values(100, &"(br_if 0 (i32.const 0))".repeat(times)),
        most: 2_200,
    },
    Shape {
        name: "branch tables",
        function: |times| {
            format!("(func (param i32) (block {}))", "(block (br_table 0 1 0 1 (local.get 0)))".repeat(times))
        },
        most: 2_300,
    },
    Shape {
        name: "conditions that trap",
        function: |times| format!("(func (param i32) {})", "(if (local.get 0) (then unreachable))".repeat(times)),
        most: 4_800,
    },
    Shape {
        name: "calls with many values",
        function: |times| {
            let values = "i64 ".repeat(100);
            let arguments = "(i64.const 1)".repeat(100);
            // The fourth of the module's functions has the parameters; this one calls itself.
            format!("(func $f (param {values}) (result {values}) {arguments} {})", "(call $f)".repeat(times))
        },
        most: 390,
    },
    Shape {
        name: "reads of a table",
        function: |times| format!("(table 1 funcref) (func {})", "(drop (table.get (i32.const 0)))".repeat(times)),
        most: 4_800,
    },
];

/// Every shape as often as it may stand there.
pub(crate) fn dearest() -> Vec<Hostile> {
    SHAPES.iter().map(|shape| hostile(shape.name, "Ok", functions(1, &(shape.function)(shape.most)))).collect()
}

/// Every shape somewhat too often.
pub(crate) fn too_dear() -> Vec<Hostile> {
    let twice = |shape: &Shape| functions(1, &(shape.function)(shape.most * 2));
    SHAPES.iter().map(|shape| hostile(shape.name, "Invalid: more than 500000 instructions", twice(shape))).collect()
}
