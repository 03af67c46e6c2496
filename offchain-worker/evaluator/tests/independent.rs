//! An implementation of WebAssembly by other people (wasmi, an interpreter), which has no code in common with the
//! scoring engine but the parser, gives every reference model's answers too. It knows nothing of our limits, our
//! fuel or the counters of depth, so what is compared are the answers of models that end well.

#![expect(clippy::unwrap_used, reason = "a test whose fixture fails stops")]

mod support;

use evaluator::tasks::{Item, available, descriptor};
use evaluator::{Answer, Interface, Sample};
use support::{artifact, artifact_names, evaluate, evaluator, sample};
use wasmi::{Engine, Linker, Memory, Module, Store, TypedFunc};

/// A model as the ABI's page describes it, on the other engine.
struct Model {
    store: Store<()>,
    memory: Memory,
    instance: wasmi::Instance,
    output: u32,
    symbols: u32,
}

impl Model {
    fn start(engine: &Engine, module: &Module, sample: &Sample) -> Self {
        let mut store = Store::new(engine, ());
        let instance = Linker::new(engine).instantiate_and_start(&mut store, module).unwrap();
        let memory = instance.get_memory(&store, "memory").unwrap();
        let spec = sample.task().spec();
        let mut model = Self { store, memory, instance, output: 0, symbols: spec.interface.symbols() };
        let task = model.put(&descriptor(spec));
        let init: TypedFunc<(u32, u32), i32> = model.instance.get_typed_func(&model.store, "init").unwrap();
        assert_eq!(init.call(&mut model.store, task).unwrap(), 0);
        model.output = model.allocate(model.symbols * 2);
        model
    }

    fn allocate(&mut self, length: u32) -> u32 {
        let alloc: TypedFunc<u32, u32> = self.instance.get_typed_func(&self.store, "alloc").unwrap();
        alloc.call(&mut self.store, length).unwrap()
    }

    fn put(&mut self, bytes: &[u8]) -> (u32, u32) {
        let pointer = self.allocate(bytes.len() as u32);
        self.memory.write(&mut self.store, pointer as usize, bytes).unwrap();
        (pointer, bytes.len() as u32)
    }

    fn answer(&self, truth: usize) -> Answer {
        let mut bytes = vec![0; self.symbols as usize * 2];
        self.memory.read(&self.store, self.output as usize, &mut bytes).unwrap();
        let weights: Vec<u32> =
            bytes.chunks(2).map(|pair| u32::from(u16::from_le_bytes([pair[0], pair[1]])) + 1).collect();
        Answer { weight: weights[truth], total: weights.iter().sum() }
    }

    fn item(&mut self, item: &Item, answers: &mut Vec<Answer>) {
        let output = self.output;
        match item {
            Item::Labelled { input, label } => {
                let (pointer, length) = self.put(input);
                let predict: TypedFunc<(u32, u32, u32, u32), u32> =
                    self.instance.get_typed_func(&self.store, "predict").unwrap();
                predict.call(&mut self.store, (pointer, length, output, self.symbols * 2)).unwrap();
                answers.push(self.answer(usize::from(*label)));
            }
            Item::Stream(bytes) => {
                let step: TypedFunc<(i32, u32), u32> = self.instance.get_typed_func(&self.store, "step").unwrap();
                let mut previous = -1;
                for byte in bytes {
                    step.call(&mut self.store, (previous, output)).unwrap();
                    answers.push(self.answer(usize::from(*byte)));
                    previous = i32::from(*byte);
                }
            }
        }
    }
}

fn answers(module: &[u8], sample: &Sample) -> Vec<Answer> {
    let engine = Engine::default();
    let module = Module::new(&engine, module).unwrap();
    let mut answers = Vec::new();
    for batch in sample.items().chunks(sample.task().spec().batch as usize) {
        let mut model = Model::start(&engine, &module, sample);
        batch.iter().for_each(|item| model.item(item, &mut answers));
    }
    answers
}

#[test]
fn an_engine_without_common_code_gives_the_same_answers() {
    let evaluator = evaluator();
    for task in available() {
        let id = task.spec().id;
        let items = if task.spec().interface == Interface::Step { 4 } else { 48 };
        let sample = sample(id, 8, items);
        let names: Vec<String> =
            artifact_names().into_iter().filter(|name| name.starts_with(&format!("{id}-"))).collect();
        assert!(names.len() >= 2, "{id}: {names:?}");
        for name in names {
            let module = artifact(&name);
            let evaluation = evaluate(&evaluator, &sample, &[&module]).remove(0);
            assert!(!evaluation.answers.is_empty(), "{name}: {}", evaluation.outcome);
            assert!(answers(&module, &sample) == evaluation.answers, "{name}");
        }
    }
}
