//! The compiled price step and demand equal the core's bit for bit.

use std::fs;
use std::process::Command;

use dslc::emit::llvm::object::{self, Compiled};
use dslc::plan::ir::{ClassDemand, Control};
use dslc_core::{PriceRule, Reciprocal};
use inkwell::context::Context;

use crate::tools::{answers, fixture, folder, plan, succeeds};

const QUESTIONS: usize = 100_000;

/// accumulator, use, members, class, price.
type Question = [u64; 5];

/// A generator of numbers: SplitMix64 (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Of every size alike, often next to one of `edges`.
    fn number(&mut self, edges: &[u64]) -> u64 {
        let (number, shift, near) = (self.next(), self.next() % 64, self.next() % 5);
        match self.next() % 3 {
            0 => {
                let edge = edges[usize::try_from(number).unwrap_or(0) % edges.len()];
                edge.wrapping_add(near).wrapping_sub(2)
            }
            _ => number >> shift,
        }
    }
}

fn questions(control: &Control) -> Vec<Question> {
    let rule = &control.rule;
    let edges = [
        0,
        u64::MAX,
        rule.price_lo,
        rule.price_hi,
        rule.price_lo << rule.carry_bits,
        rule.price_hi << rule.carry_bits,
        rule.capacity,
        u64::from(u32::MAX),
    ];
    let mut random = Random(7);
    let mut number = || random.number(&edges);
    (0..QUESTIONS)
        .map(|_| [number(), number(), number() & 0xffff_ffff, number() & 0x8000_0003, number()])
        .collect()
}

/// The core's answer.
fn expected(control: &Control, question: &Question) -> [u64; 2] {
    let [accumulator, used, members, class, price] = *question;
    let members = u32::try_from(members).unwrap_or(u32::MAX);
    let class = usize::try_from(class).ok().and_then(|class| control.classes.get(class));
    let class = class.unwrap_or(&control.classes[control.taint.default_class]);
    [control.rule.update(accumulator, used, members), class.demand.at(price)]
}

/// The example's loop, and rules at the ends of what integers can be.
fn controls() -> Vec<(&'static str, Control)> {
    let Some(control) = plan().0.control else { unreachable!("dwell.num has a loop") };
    let with = |change: &dyn Fn(&mut PriceRule)| {
        let mut control = control.clone();
        change(&mut control.rule);
        control
    };
    let unanswered = with(&|rule| (rule.step_fixed, rule.step_member) = (0, 0));
    let saturated = with(&|rule| {
        (rule.step_fixed, rule.step_member, rule.step_num) = (u64::MAX, u64::MAX, u64::MAX);
    });
    let coarse = with(&|rule| {
        (rule.step_num, rule.step_fixed, rule.step_member) = (u64::MAX, 0, 1);
        (rule.carry_bits, rule.price_lo, rule.price_hi) = (0, 1, u64::MAX >> 1);
    });
    let mut many = control.clone();
    let demand = Reciprocal { numerator: u64::MAX, lo: 1, hi: u64::MAX };
    many.classes.push(ClassDemand { name: "third".to_owned(), demand, lowering: Vec::new() });
    many.taint.default_class = 2;
    vec![
        ("example", control),
        ("unanswered", unanswered),
        ("saturated", saturated),
        ("coarse", coarse),
        ("many classes", many),
    ]
}

fn compiled(control: &Control) -> Compiled {
    let compiled = object::compile(&Context::create(), "spec.num", "f", control);
    compiled.unwrap_or_else(|error| unreachable!("{error}"))
}

#[test]
fn the_object_answers_as_the_core() {
    for (name, control) in controls() {
        let folder = folder();
        let (object, program) = (folder.path().join("f.o"), folder.path().join("step"));
        fs::write(&object, compiled(&control).object).unwrap_or_else(|e| unreachable!("{e}"));
        let mut clang = Command::new("clang-19");
        succeeds(clang.arg("-O1").arg(fixture("step.c")).arg(object).arg("-o").arg(&program));
        let questions = questions(&control);
        let input: Vec<u8> = questions.iter().flatten().flat_map(|w| w.to_le_bytes()).collect();
        let output = answers(&mut Command::new(program), &input);
        let (words, _) = output.as_chunks::<8>();
        let (pairs, _) = words.as_chunks::<2>();
        assert_eq!(pairs.len(), questions.len(), "{name}");
        for (question, pair) in questions.iter().zip(pairs) {
            let answer = pair.map(u64::from_le_bytes);
            assert_eq!(answer, expected(&control, question), "{name} {question:?}");
        }
    }
}

/// The text is what was compiled: LLVM makes the same code of it.
#[test]
fn the_text_means_the_object() {
    let (_, control) = controls().swap_remove(0);
    let Compiled { text, object } = compiled(&control);
    let folder = folder();
    let (source, output) = (folder.path().join("f.ll"), folder.path().join("f.o"));
    fs::write(&source, text).unwrap_or_else(|error| unreachable!("{error}"));
    let mut llc = Command::new("llc-19");
    llc.args(["-relocation-model=pic", "-mcpu=x86-64", "-filetype=obj", "-o"]);
    succeeds(llc.arg(&output).arg(&source));
    assert!(fs::read(output).is_ok_and(|again| again == object));
}

#[cfg(feature = "jit")]
#[test]
fn the_jit_answers_as_the_core() {
    for (name, control) in controls() {
        let context = dslc::emit::llvm::jit::Context::create();
        let jit = dslc::emit::llvm::jit::Jit::new(&context, &control);
        let jit = jit.unwrap_or_else(|error| unreachable!("{error}"));
        for question in &questions(&control) {
            let [accumulator, used, members, class, price] = *question;
            let narrow = |word| u32::try_from(word).unwrap_or(u32::MAX);
            let update = jit.update(accumulator, used, narrow(members));
            let answer = [update, jit.budget(narrow(class), price)];
            assert_eq!(answer, expected(&control, question), "{name} {question:?}");
        }
    }
}
