//! `dslc doctor`: what this host can do, and what to install.

use serde::Serialize;

use super::Exit;
use super::host::{self, Finding, Status};
use super::output::{Format, Output};

/// What `--format json` prints.
#[derive(Serialize)]
struct Document<'a> {
    fine: bool,
    checks: &'a [Finding],
}

/// Runs the command: fine when nothing is missing that has to be there.
pub fn run(out: &Output) -> Exit {
    let findings = host::examine();
    let fine = findings.iter().all(|finding| finding.status != Status::Missing);
    if out.format() == Format::Human {
        out.result(&table(&findings));
    } else {
        out.json(&Document { fine, checks: &findings });
    }
    if fine { Exit::Fine } else { Exit::Outside }
}

/// A line for each finding, and below it what is used instead, and what to do.
fn table(findings: &[Finding]) -> String {
    let width = findings.iter().map(|finding| finding.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for finding in findings {
        let mark = match finding.status {
            Status::Ok => "ok     ",
            Status::Instead => "instead",
            Status::Missing => "MISSING",
        };
        let Finding { name, purpose, detail, .. } = finding;
        text.push_str(&format!("{mark}  {name:width$}  {purpose}: {detail}\n"));
        if let (Some(instead), Some(lost)) = (finding.instead, finding.lost) {
            text.push_str(&format!("{:9}{:width$}  used: {instead}; lost: {lost}\n", "", ""));
        }
        if let Some(remedy) = &finding.remedy {
            text.push_str(&format!("{:9}{:width$}  → {remedy}\n", "", ""));
        }
    }
    text
}
