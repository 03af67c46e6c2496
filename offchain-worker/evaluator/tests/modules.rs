//! Modules written for one purpose each: what is refused before it runs, how running ends, and that
//! counting call depth changes nothing else.

mod support;

use evaluator::{AbiExport, BadOutput, Declaration, Evaluation, Invalid, Limits, Outcome, TrapKind};
use support::{ANSWER, artifact, config, evaluate, evaluator, module, sample, wat};

/// The evaluation of a module on eight items of a task with classes.
fn run(module: &[u8]) -> Evaluation {
    let results = evaluate(&evaluator(), &sample("tabular", 1, 8), &[module]);
    results[0].as_ref().clone()
}

fn outcome(module: &[u8]) -> Outcome {
    run(module).outcome
}

fn invalid(module: &[u8]) -> Invalid {
    match outcome(module) {
        Outcome::Invalid(reason) => reason,
        other => panic!("{other}"),
    }
}

const OK_STEP: &str = "i32.const 512";

#[test]
fn a_module_that_answers_nothing_in_particular_is_ok() {
    let result = run(&module("", "(i64.store (local.get $out) (i64.const 0)) (local.get $cap)", OK_STEP));
    assert_eq!(result.outcome, Outcome::Ok);
    assert_eq!(result.answers.len(), 8);
    // Four zeros, so 1 of 4.
    assert!(result.answers.iter().all(|answer| (answer.weight, answer.total) == (1, 4)));
    assert_eq!(result.peak_memory, 2 << 16);
}

#[test]
fn weights_are_read_as_little_endian_u16_with_one_added() {
    let store = "(i64.store (local.get $out) (i64.const 0x0004_0003_0002_0100)) (local.get $cap)";
    let result = run(&module("", store, OK_STEP));
    assert_eq!(result.outcome, Outcome::Ok);
    let weights = [0x101, 3, 4, 5];
    assert!(result.answers.iter().all(|answer| weights.contains(&answer.weight) && answer.total == 0x101 + 12));
}

#[test]
fn bytes_that_are_no_module_are_malformed() {
    for bytes in [b"".as_slice(), b"\0asm", b"\0asm\x01\0\0\0\x01", b"hello, this is no module"] {
        assert!(
            matches!(invalid(bytes), Invalid::Malformed { .. } | Invalid::MissingExport(AbiExport::Memory)),
            "{bytes:?}"
        );
    }
}

#[test]
fn proposals_outside_the_profile_are_malformed() {
    let states = [
        "(memory 1)",
        "(func (result i32) (return_call 0))",
        "(func (param externref))",
        "(func (result v128) (f32x4.relaxed_madd (v128.const i64x2 0 0) (v128.const i64x2 0 0) (v128.const i64x2 0 0)))",
        "(tag) (func (throw 0))",
        "(func (drop (i32.atomic.load (i32.const 0))))",
    ];
    for state in states {
        assert!(matches!(invalid(&module(state, ANSWER, OK_STEP)), Invalid::Malformed { .. }), "{state}");
    }
    let memory64 = r#"(module (memory (export "memory") i64 1))"#;
    assert!(matches!(invalid(&wat(memory64)), Invalid::Malformed { .. }));
}

#[test]
fn imports_and_start_functions_are_refused() {
    assert_eq!(invalid(&wat(r#"(module (import "env" "log" (func)))"#)), Invalid::Import);
    assert_eq!(invalid(&module("(func $start) (start $start)", ANSWER, OK_STEP)), Invalid::StartFunction);
}

#[test]
fn an_export_that_is_missing_or_of_another_type_is_named() {
    assert_eq!(invalid(&wat("(module)")), Invalid::MissingExport(AbiExport::Memory));
    let text = r#"(module (memory (export "memory") 1) (func (export "abi_version") (result i64) i64.const 1))"#;
    assert_eq!(invalid(&wat(text)), Invalid::MissingExport(AbiExport::AbiVersion));
}

#[test]
fn a_model_of_the_other_interface_lacks_the_export() {
    assert_eq!(invalid(&artifact("bytes-order1")), Invalid::MissingExport(AbiExport::Predict));
}

#[test]
fn the_name_of_the_depth_counter_is_reserved() {
    let state = r#"(global (export "yarrow:depth") (mut i32) (i32.const 0))"#;
    assert_eq!(invalid(&module(state, ANSWER, OK_STEP)), Invalid::ReservedExport);
}

#[test]
fn modules_above_a_limit_are_refused_with_both_numbers() {
    let limits = Limits::default();
    let functions = "(func)".repeat(limits.functions as usize);
    // The five of the ABI come on top.
    let count = limits.functions + 5;
    assert_eq!(
        invalid(&module(&functions, ANSWER, OK_STEP)),
        Invalid::TooManyFunctions { count, limit: limits.functions }
    );

    let locals = format!("(func (local {}))", "i32 ".repeat(limits.locals as usize + 1));
    let count = limits.locals + 1;
    assert_eq!(invalid(&module(&locals, ANSWER, OK_STEP)), Invalid::TooManyLocals { count, limit: limits.locals });

    let long = format!("(func {})", "(drop (i32.const 0))".repeat(limits.function_bytes as usize / 3));
    assert!(matches!(invalid(&module(&long, ANSWER, OK_STEP)), Invalid::FunctionTooLarge { .. }));

    let table = format!("(table {} funcref)", limits.table_elements + 1);
    let elements = u64::from(limits.table_elements) + 1;
    assert_eq!(invalid(&module(&table, ANSWER, OK_STEP)), Invalid::TablesTooLarge { count: 1, elements });

    let bytes = limits.memory_bytes + 65_536;
    let memory = format!(r#"(module (memory (export "memory") {}))"#, bytes / 65_536);
    assert_eq!(invalid(&wat(&memory)), Invalid::MemoryTooLarge { bytes, limit: limits.memory_bytes });

    let huge = vec![0; limits.module_bytes as usize + 1];
    assert_eq!(invalid(&huge), Invalid::TooLarge { bytes: huge.len() as u64, limit: limits.module_bytes });
}

#[test]
fn declarations_are_allowed_up_to_their_limits_and_refused_beyond() {
    let Limits { declarations, exports, segments, .. } = Limits::default();
    // The helper's module has four types and six exports, and no globals or segments.
    let many = |one: &str, count: u32| one.repeat(count as usize);
    let types = |count: u32| many("(type (func (param i64 f32)))", count);
    let globals = |count: u32| many("(global i64 (i64.const 0))", count);
    let named = |count: u32| (0..count).map(|at| format!("(export \"{at}\" (memory 0))")).collect::<String>();
    let data = |count: u32| many("(data (i32.const 0) \"x\")", count / 2) + &many("(elem func)", count - count / 2);
    let full = [types(declarations - 5), globals(declarations), named(exports - 6), data(segments)].concat();
    assert_eq!(outcome(&module(&full, ANSWER, OK_STEP)), Outcome::Ok);

    let beyond = |state: &str| match invalid(&module(state, ANSWER, OK_STEP)) {
        Invalid::TooMany { declaration, count, limit } if count > limit => declaration,
        other => panic!("{other}"),
    };
    assert_eq!(beyond(&types(declarations + 1)), Declaration::Types);
    assert_eq!(beyond(&globals(declarations + 1)), Declaration::Globals);
    assert_eq!(beyond(&named(exports + 1)), Declaration::Exports);
    assert_eq!(beyond(&data(segments + 1)), Declaration::Segments);
}

/// Functions with bodies of this text repeated, so many that together they have `total` repetitions.
fn functions(text: &str, each: usize, total: usize) -> String {
    format!("(func (local f32 f64) {})", text.repeat(each)).repeat(total / each)
}

#[test]
fn compile_bombs_are_refused_by_the_instructions_they_become() {
    let limits = Limits::default();
    // A thousand thousand float instructions, and a hundred thousand calls of fifteen.
    let floats = functions("(local.set 0 (f32.mul (local.get 0) (local.get 0)))", 10_000, 250_000);
    let calls = functions("(call 0) drop", 2_000, 100_000);
    for bomb in [floats, calls] {
        let reason = invalid(&module(&bomb, ANSWER, OK_STEP));
        assert_eq!(reason, Invalid::TooManyOperators { limit: limits.operators });
    }
    // 5,000 calls are 15,000 bytes in the module, and 140,000 with counters.
    let long = format!("(func {} {})", "(call 0) drop ".repeat(5_000), "nop ".repeat(125_000));
    assert!(matches!(invalid(&module(&long, ANSWER, OK_STEP)), Invalid::FunctionTooLarge { .. }));
}

#[test]
fn code_is_limited_in_bytes_with_counters() {
    let mut config = config();
    config.limits.code_bytes = 200;
    let evaluator = evaluator::Evaluator::new(config).unwrap();
    let with = |calls: &str| {
        let model = module("", &format!("{calls} {ANSWER}"), OK_STEP);
        evaluate(&evaluator, &sample("tabular", 1, 8), &[&model])[0].outcome.clone()
    };
    assert_eq!(with(""), Outcome::Ok);
    assert_eq!(with(&"(drop (call 0))".repeat(7)), Outcome::Invalid(Invalid::CodeTooLarge { limit: 200 }));
}

#[test]
fn the_slowest_module_within_the_limits_compiles_in_time() {
    // Each repetition is four instructions, all of them dear to compile where NaNs are made canonical.
    let floats = functions("(local.set 1 (f64.mul (local.get 1) (local.get 1)))", 31_000, 124_000);
    let start = std::time::Instant::now();
    assert_eq!(outcome(&module(&floats, ANSWER, OK_STEP)), Outcome::Ok);
    println!("compiled in {:?}", start.elapsed());
}

#[test]
fn every_prefix_of_a_module_has_an_outcome() {
    let whole = artifact("adversary-trapper");
    let prefixes: Vec<&[u8]> = (0..whole.len()).map(|end| &whole[..end]).collect();
    for (end, result) in evaluate(&evaluator(), &sample("tabular", 1, 2), &prefixes).iter().enumerate() {
        // Cut between two sections it may be a whole module that lacks something, or only its names.
        assert!(matches!(result.outcome, Outcome::Invalid(_) | Outcome::Trap(_)), "{end}: {}", result.outcome);
    }
}

#[test]
fn values_that_the_optimiser_keeps_across_calls_are_counted() {
    // Each level computes 2,000 values before a call and wants them again after it. The compiler keeps
    // them on the native stack, though the function has one parameter and few operands.
    let values = |sum: &str| {
        (1..=2_000)
            .map(|by| {
                format!("(local.set {sum} (i64.xor (local.get {sum}) (i64.rotl (local.get $x) (i64.const {by}))))")
            })
            .collect::<String>()
    };
    let state = format!(
        "(func $down (param $x i64) (result i64) (local $a i64)
            {values} (if (i64.eqz (local.get $a)) (then (return (i64.const 0))))
            (local.set $a (i64.add (local.get $a) (call $down (i64.add (local.get $x) (i64.const 1)))))
            {values} (local.get $a))",
        values = values("$a")
    );
    let mut config = config();
    config.limits.stack_bytes = 64 << 10;
    let evaluator = evaluator::Evaluator::new(config).unwrap();
    let model = module(&state, ANSWER, "(drop (call $down (i64.const 3))) (i32.const 512)");
    let results = evaluate(&evaluator, &sample("bytes", 1, 1), &[&model]);
    assert_eq!(results[0].outcome, Outcome::DepthLimit);
}

#[test]
fn runners_serve_one_call_after_the_other_whatever_their_number() {
    let modules: Vec<Vec<u8>> =
        (0..12).map(|at| module(&format!("(global i32 (i32.const {at}))"), ANSWER, OK_STEP)).collect();
    let modules: Vec<&[u8]> = modules.iter().map(Vec::as_slice).collect();
    let mut config = config();
    config.workers = 8;
    config.attempts = 1;
    let evaluator = evaluator::Evaluator::new(config).unwrap();
    for seed in 1..=5 {
        let results = evaluate(&evaluator, &sample("tabular", seed, 8), &modules);
        assert!(results.iter().all(|result| result.outcome == Outcome::Ok));
    }
}

#[test]
fn another_abi_version_is_refused() {
    let text = r#"(module
        (memory (export "memory") 1)
        (func (export "abi_version") (result i32) i32.const 2)
        (func (export "alloc") (param i32) (result i32) i32.const 0)
        (func (export "init") (param i32 i32) (result i32) i32.const 0)
        (func (export "predict") (param i32 i32 i32 i32) (result i32) i32.const 8))"#;
    assert_eq!(invalid(&wat(text)), Invalid::AbiVersion { got: 2 });
}

#[test]
fn what_init_and_alloc_return_is_checked() {
    let with = |alloc: &str, init: &str| {
        wat(&format!(
            r#"(module
            (memory (export "memory") 1)
            (func (export "abi_version") (result i32) i32.const 1)
            (func (export "alloc") (param i32) (result i32) {alloc})
            (func (export "init") (param i32 i32) (result i32) {init})
            (func (export "predict") (param i32 i32 i32 i32) (result i32) i32.const 8))"#
        ))
    };
    assert_eq!(outcome(&with("i32.const 0", "i32.const 7")), Outcome::BadOutput(BadOutput::InitRefused { status: 7 }));
    let length = 4 + "tabular".len() as u32;
    assert_eq!(
        outcome(&with("i32.const -1", "i32.const 0")),
        Outcome::BadOutput(BadOutput::PointerOutOfBounds { pointer: u32::MAX, length })
    );
    assert_eq!(
        outcome(&with("i32.const 65530", "i32.const 0")),
        Outcome::BadOutput(BadOutput::PointerOutOfBounds { pointer: 65_530, length })
    );
}

#[test]
fn an_answer_of_another_length_is_bad_output() {
    let result = outcome(&module("", "i32.const 6", OK_STEP));
    assert_eq!(result, Outcome::BadOutput(BadOutput::WrongLength { expected: 8, got: 6 }));
}

#[test]
fn traps_are_told_apart() {
    let cases = [
        ("unreachable", TrapKind::Unreachable),
        ("(i32.load (i32.const -8))", TrapKind::MemoryOutOfBounds),
        ("(i32.div_u (i32.const 1) (i32.const 0))", TrapKind::IntegerDivisionByZero),
        ("(i32.div_s (i32.const 0x80000000) (i32.const -1))", TrapKind::IntegerOverflow),
        ("(i32.trunc_f32_s (f32.const nan))", TrapKind::BadConversionToInteger),
        ("(call_indirect (result i32) (i32.const 5))", TrapKind::TableOutOfBounds),
        ("(call_indirect (result i32) (i32.const 0))", TrapKind::IndirectCallToNull),
        ("(call_indirect (result i32) (i32.const 1))", TrapKind::BadSignature),
    ];
    let state = "(table 2 funcref) (func $void) (elem (i32.const 1) $void)";
    for (body, kind) in cases {
        assert_eq!(outcome(&module(state, body, OK_STEP)), Outcome::Trap(kind), "{body}");
    }
}

#[test]
fn memory_may_grow_to_the_limit_and_not_beyond() {
    let pages = Limits::default().memory_bytes / 65_536;
    let grow = |by: u64| {
        format!(
            "(if (i32.eq (memory.size) (i32.const 2)) (then (drop (memory.grow (i32.const {by}))))) (local.get $cap)"
        )
    };
    let full = run(&module("", &grow(pages - 2), OK_STEP));
    assert_eq!(full.outcome, Outcome::Ok);
    assert_eq!(full.peak_memory, Limits::default().memory_bytes);
    assert_eq!(outcome(&module("", &grow(pages - 1), OK_STEP)), Outcome::MemoryLimit);
}

#[test]
fn a_module_may_refuse_itself_memory_by_its_own_maximum() {
    let text = r#"(module
        (memory (export "memory") 1 2)
        (func (export "abi_version") (result i32) i32.const 1)
        (func (export "alloc") (param i32) (result i32) i32.const 0)
        (func (export "init") (param i32 i32) (result i32) i32.const 0)
        (func (export "predict") (param i32 i32 i32 i32) (result i32)
            (if (i32.ne (memory.grow (i32.const 5)) (i32.const -1)) (then unreachable))
            i32.const 8))"#;
    assert_eq!(outcome(&wat(text)), Outcome::Ok);
}

#[test]
fn memory_is_fresh_in_every_batch() {
    // Counts predictions in memory, and traps at the first beyond one batch of 256 items.
    let count = "(i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
        (if (i32.gt_u (i32.load (i32.const 0)) (i32.const 256)) (then unreachable))
        (local.get $cap)";
    let results = evaluate(&evaluator(), &sample("tabular", 1, 600), &[&module("", count, OK_STEP)]);
    assert_eq!(results[0].outcome, Outcome::Ok);
}

#[test]
fn filling_memory_costs_fuel_by_its_size() {
    let fill = |bytes: u32| format!("(memory.fill (i32.const 0) (i32.const 0) (i32.const {bytes})) (local.get $cap)");
    let (small, large) = (run(&module("", &fill(16), OK_STEP)), run(&module("", &fill(100_016), OK_STEP)));
    assert!(large.fuel - small.fuel >= 8 * 100_000, "{} {}", large.fuel, small.fuel);
}

#[test]
fn fuel_runs_out_for_one_item_or_for_all_together() {
    let turns = |turns: u32| {
        format!(
            "(local $i i32) (loop $again (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const {turns})))) (local.get $cap)"
        )
    };
    // About 7 units a turn; 400,000 for an item and 100,000,000 for all.
    assert_eq!(outcome(&module("", &turns(40_000), OK_STEP)), Outcome::Ok);
    assert_eq!(outcome(&module("", &turns(80_000), OK_STEP)), Outcome::OutOfFuel);
    let many = sample("tabular", 1, 600);
    let results = evaluate(&evaluator(), &many, &[&module("", &turns(40_000), OK_STEP)]);
    assert_eq!(results[0].outcome, Outcome::OutOfFuel);
    assert_eq!(results[0].fuel, 100_000_000);
}

#[test]
fn depth_is_limited_by_the_frames_of_all_callers() {
    // A function without parameters or locals and at most three operands has a frame of 64 + 3 * 16
    // bytes or less; one with 100 parameters has at least 64 + 100 * 16.
    let small = |depth: u32| {
        format!("(global $left (mut i32) (i32.const {depth}))
        (func $down (if (global.get $left) (then (global.set $left (i32.sub (global.get $left) (i32.const 1))) (call $down))))")
    };
    let call = "(call $down) (local.get $cap)";
    assert_eq!(outcome(&module(&small(4_000), call, OK_STEP)), Outcome::Ok);
    assert_eq!(outcome(&module(&small(8_000), call, OK_STEP)), Outcome::DepthLimit);

    let locals = "i64 ".repeat(100);
    let large = |depth: u32| small(depth).replace("(func $down", &format!("(func $down (local {locals})"));
    assert_eq!(outcome(&module(&large(250), call, OK_STEP)), Outcome::Ok);
    assert_eq!(outcome(&module(&large(400), call, OK_STEP)), Outcome::DepthLimit);
}

#[test]
fn depth_counts_indirect_calls_and_unwinds_with_returns() {
    let state = "(type $t (func)) (table 1 funcref) (elem (i32.const 0) $down)
        (global $left (mut i32) (i32.const 100000))
        (func $down (if (global.get $left) (then
            (global.set $left (i32.sub (global.get $left) (i32.const 1)))
            (call_indirect (type $t) (i32.const 0)))))";
    assert_eq!(outcome(&module(state, "(call $down) (local.get $cap)", OK_STEP)), Outcome::DepthLimit);

    // Ten thousand calls one after the other, some of which return early.
    let state = "(func $leaf (param i32) (result i32) (if (i32.and (local.get 0) (i32.const 1)) (then (return (i32.const 2)))) (i32.const 1))";
    let body = "(local $i i32) (local $sum i32)
        (loop $again
            (local.set $sum (i32.add (local.get $sum) (call $leaf (local.get $i))))
            (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10000))))
        (if (i32.ne (local.get $sum) (i32.const 15000)) (then unreachable))
        (local.get $cap)";
    assert_eq!(outcome(&module(state, body, OK_STEP)), Outcome::Ok);
}

#[test]
fn results_are_equal_whatever_the_number_of_runners() {
    let modules =
        ["tabular-stump", "tabular-bayes", "tabular-softmax", "adversary-trapper", "adversary-looper"].map(artifact);
    let modules = modules.each_ref().map(Vec::as_slice);
    let sample = sample("tabular", 4, 64);
    let with = |workers: usize| {
        let mut config = config();
        config.workers = workers;
        evaluate(&evaluator::Evaluator::new(config).unwrap(), &sample, &modules)
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn progress_is_reported_once_per_model_whether_it_ran_or_was_known() {
    use std::sync::atomic::{AtomicUsize, Ordering};

    let (evaluator, sample) = (evaluator(), sample("tabular", 4, 8));
    let (good, trapper) = (artifact("tabular-stump"), artifact("adversary-trapper"));
    let models: [&[u8]; 3] = [&good, &trapper, &good];
    for _ in 0..2 {
        let done = AtomicUsize::new(0);
        let results = evaluator
            .evaluate_all(&sample, &models, &|| {
                done.fetch_add(1, Ordering::Relaxed);
            })
            .unwrap();
        assert_eq!((results.len(), done.into_inner()), (3, 3));
        assert_eq!(results[0], results[2]);
    }
}
