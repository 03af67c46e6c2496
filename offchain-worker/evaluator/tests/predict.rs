//! What a miner serves is what validators would measure in its model.

mod support;

use evaluator::{Answer, Evaluation, NoAnswer, Origin, Outcome, PredictError, tasks::Item};
use support::{ANSWER, artifact, evaluate, evaluator, module, sample, task};

fn inputs(items: &[Item]) -> Vec<Vec<u8>> {
    let input = |item: &Item| match item {
        Item::Labelled { input, .. } => input.clone(),
        Item::Stream(_) => panic!("an item with classes"),
    };
    items.iter().map(input).collect()
}

#[test]
fn predictions_of_a_model_are_worth_what_its_evaluation_says() {
    let (evaluator, sample, model) = (evaluator(), sample("tabular", 3, 300), artifact("tabular-softmax"));
    let measured = evaluate(&evaluator, &sample, &[&model]).remove(0);
    let said = evaluator.predict(task("tabular"), &model, &inputs(sample.items())).expect("a good model");
    let attested = Evaluation::attested(&[7; 32], &sample, Ok(&said));
    assert_eq!((attested.outcome, attested.origin), (Outcome::Ok, Origin::Attested));
    assert_eq!((&attested.answers, &attested.losses), (&measured.answers, &measured.losses));
}

#[test]
fn weights_are_those_that_the_model_wrote() {
    let model = module("", ANSWER, "i32.const 0");
    // The buffer for inputs and that for answers are the same in this module, so the input is what is answered.
    let input = [0_u16, 1, 65_535, 5].map(u16::to_le_bytes).concat();
    let said = evaluator().predict(task("tabular"), &model, &[input.clone(), input]).expect("a good model");
    assert_eq!(said, [[0, 1, 65_535, 5], [0, 1, 65_535, 5]]);
}

#[test]
fn a_model_that_fails_predicts_nothing() {
    let evaluator = evaluator();
    let looper = evaluator.predict(task("tabular"), &artifact("adversary-looper"), &[vec![0; 44]]);
    assert!(matches!(looper, Err(PredictError::Model(Outcome::OutOfFuel))), "{looper:?}");
    let stream = evaluator.predict(task("bytes"), &artifact("bytes-order1"), &[vec![0; 44]]);
    assert!(matches!(stream, Err(PredictError::Stream { task: "bytes" })), "{stream:?}");
}

#[test]
fn live_answers_of_another_shape_count_for_nothing() {
    let sample = sample("tabular", 3, 2);
    let bad: [&[Vec<u16>]; 3] = [&[vec![1; 4]], &[vec![1; 4], vec![1; 3]], &[vec![1; 4], vec![1; 5]]];
    for said in bad {
        let evaluation = Evaluation::attested(&[7; 32], &sample, Ok(said));
        assert_eq!(evaluation.outcome, Outcome::NoAnswer(NoAnswer::BadAnswer));
        assert!(evaluation.answers.is_empty() && evaluation.mean_loss().is_none());
    }
    let even = Evaluation::attested(&[7; 32], &sample, Ok(&[vec![1; 4], vec![1; 4]]));
    assert_eq!(even.answers, [Answer { weight: 2, total: 8 }; 2]);
}

#[test]
fn live_miners_are_told_apart_by_their_hotkeys() {
    let sample = sample("tabular", 3, 2);
    let [one, two] = [[1; 32], [2; 32]].map(|key| Evaluation::attested(&key, &sample, Err(NoAnswer::Timeout)));
    assert_ne!(one.module, two.module);
    assert_eq!(one.outcome.to_string(), "NoAnswer: not in time");
}
