//! What the kernel program leaves: rows, records of the ring, its configuration. What is not one is
//! refused, and what is one can be told in every way that the daemon has, whatever is in it.

use bytemuck::{Zeroable, bytes_of, bytes_of_mut};
use dslc_agent::abi::{self, ABI_VERSION, Config};
use dslc_agent::asks::Asks;
use dslc_agent::controller::Look;
use dslc_agent::history::History;
use dslc_agent::kernel::decode;
use dslc_agent::log::{Format, Log, Record};
use dslc_agent::metrics::Metrics;
use dslc_agent::plant::{Measure, Member};
use dslc_agent::state::State;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::model::DWELL;
use crate::{is_plain, run};

/// Bytes of a struct in which what names one of few is one of few, or nearly.
fn bytes(length: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), length)
}

fn event() -> impl Strategy<Value = abi::Event> {
    let small = || prop_oneof![4 => 0_u32..9, 1 => any::<u32>()];
    let words = (small(), small(), small(), small(), small(), small());
    let comm = prop_oneof!["[a-z]{1,12}", any::<String>()];
    (bytes(size_of::<abi::Event>()), words, comm).prop_map(|(bytes, words, comm)| {
        let mut event = abi::Event::zeroed();
        bytes_of_mut(&mut event).copy_from_slice(&bytes);
        (event.kind, event.path, event.class, event.rule, event.detail, event.state) = words;
        named(&mut event.comm, &comm);
        event
    })
}

fn member() -> impl Strategy<Value = abi::Member> {
    let small = || prop_oneof![4 => 0_u32..9, 1 => any::<u32>()];
    let comm = prop_oneof!["[a-z]{1,12}", any::<String>()];
    (bytes(size_of::<abi::Member>()), small(), small(), small(), comm).prop_map(
        |(bytes, state, class, processes, comm)| {
            let mut member = abi::Member::zeroed();
            bytes_of_mut(&mut member).copy_from_slice(&bytes);
            (member.state, member.class, member.processes) = (state, class, processes);
            named(&mut member.comm, &comm);
            member
        },
    )
}

/// As the kernel cuts a name, and as it would not.
fn named(to: &mut [u8; 16], name: &str) {
    *to = [0; 16];
    for (to, from) in to.iter_mut().zip(name.bytes()) {
        *to = from;
    }
}

fn is_told(event: &abi::Event) -> Result<(), TestCaseError> {
    let known = (1..=7).contains(&event.kind)
        && (1..=6).contains(&event.state)
        && (event.kind != abi::kind::ACTED || (1..=2).contains(&event.path))
        && (event.kind != abi::kind::DECIDED || event.detail <= 1);
    let Some(read) = decode::event(bytes_of(event)) else {
        prop_assert!(!known, "{event:?} is one");
        return Ok(());
    };
    prop_assert!(known, "{event:?} is none");
    let member = &read.member;
    prop_assert_eq!((member.id, member.tgid), (event.bucket, event.tgid));
    prop_assert_eq!((member.dwell_ns, member.budget_ns), (event.dwell, event.budget));
    prop_assert_eq!((read.time_ns, read.price), (event.time, event.price));

    let metrics = Metrics::new(&DWELL, false);
    metrics.event(&read);
    prop_assert!(metrics.prometheus().is_ok_and(|text| !text.contains("NaN")));
    let record = Record::of(&DWELL, read);
    let mut lines = Vec::new();
    Log::new(Format::Human, &mut lines).write_at(&record, event.time);
    let line = String::from_utf8_lossy(&lines).into_owned();
    prop_assert!(line.ends_with('\n') && is_plain(line.trim_end_matches('\n')), "{line:?}");
    let mut lines = Vec::new();
    Log::new(Format::Json, &mut lines).write_at(&record, event.time);
    let value = serde_json::from_slice::<serde_json::Value>(&lines);
    let value = value.map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(value["bucket"].as_u64(), Some(event.bucket));
    let comm = abi::text(&event.comm);
    prop_assert_eq!(value["comm"].as_str(), Some(comm.as_str()));
    let mut history = History::default();
    history.record(&record, event.time);
    prop_assert!(serde_json::to_string(&history).is_ok());
    Ok(())
}

fn are_shown((rows, config, now): (Vec<abi::Member>, Config, u64)) -> Result<(), TestCaseError> {
    let mut measure = Measure::default();
    for row in &rows {
        let Some(member) = decode::member(row, &config, now) else { continue };
        prop_assert!((1..=6).contains(&row.state) && row.processes > 0);
        prop_assert!(member.processes > 0 && member.processes <= row.processes);
        prop_assert!(member.dwell_ns <= now, "a clock that ran before there was one");
        // Points never rise.
        let pairs = member.evidence_q16.iter().zip(&row.points);
        prop_assert!(pairs.clone().all(|(left, had)| left <= had), "{member:?} of {row:?}");
        measure.members += u32::from(member.state.runs());
        measure.total_dwell_ns = measure.total_dwell_ns.saturating_add(member.dwell_ns);
        measure.rows.push(member);
    }
    let ids: Vec<u64> = measure.rows.iter().map(|row: &Member| row.id).collect();
    let due = Asks::default().due(&DWELL, &measure, now);
    prop_assert!(due.iter().all(|(id, _)| ids.contains(id)));
    let look = Look { price: now, updates: 1, use_ns: measure.total_dwell_ns, measure };
    Metrics::new(&DWELL, false).tick(&look);
    let state = serde_json::to_value(State::new(&DWELL, false, &look));
    let state = state.map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(state["members"].as_array().map(Vec::len), Some(ids.len()));
    Ok(())
}

#[test]
fn records_of_the_ring() {
    run(event(), |event| is_told(&event));
}

#[test]
fn records_of_another_length() {
    run((event(), 0_usize..200), |(event, length)| {
        let mut bytes = bytes_of(&event).to_vec();
        bytes.resize(length, 1);
        prop_assert!(decode::event(&bytes).is_none() || length == size_of::<abi::Event>());
        Ok(())
    });
}

#[test]
fn rows() {
    let config = (any::<[u64; 4]>(), 0_u32..70_000).prop_map(|(half_life, members)| Config {
        half_life,
        members,
        ..Config::zeroed()
    });
    run((prop::collection::vec(member(), 0..6), config, any::<u64>()), are_shown);
}

#[test]
fn configurations() {
    let length = prop_oneof![Just(size_of::<Config>()), 0..2 * size_of::<Config>()];
    let version = prop_oneof![Just(ABI_VERSION), any::<u32>()];
    run((version, length, any::<u8>()), |(version, length, fill)| {
        let mut bytes = vec![fill; length];
        let end = length.min(4);
        bytes[..end].copy_from_slice(&version.to_ne_bytes()[..end]);
        let expected = version == ABI_VERSION && length >= size_of::<Config>();
        let read = decode::configuration(&bytes);
        prop_assert_eq!(read.is_some(), expected);
        // Names that no 0 ends are read to their end.
        prop_assert!(read.is_none_or(|config| abi::text(&config.fibre).len() <= 3 * abi::MAX_NAME));
        Ok(())
    });
}
