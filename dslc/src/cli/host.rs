//! What a host offers: tools for a build, and what the kernel program uses.

use std::process::{Command, Stdio};

use dslc_host::{Finding as Feature, Host};
use serde::Serialize;

use super::tools::{TOOLS, Tool};

/// Whether something is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is there.
    Ok,
    /// It is not, and something else stands in for it.
    Instead,
    /// It is not, and nothing does.
    Missing,
}

/// What kind of thing was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A program.
    Tool,
    /// What the kernel program or its daemon uses of this host.
    Feature,
}

/// One thing that was looked for.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// What it is.
    pub name: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// What it is for.
    pub purpose: &'static str,
    /// Whether it is there.
    pub status: Status,
    /// What was found, or what was not.
    pub detail: String,
    /// What is used when it is missing.
    pub instead: Option<&'static str>,
    /// What that does not do.
    pub lost: Option<&'static str>,
    /// What to do when it is missing.
    pub remedy: Option<String>,
}

/// Looks for everything that a build or a run may need.
pub fn examine() -> Vec<Finding> {
    let tools = TOOLS.iter().copied().map(tool);
    tools.chain(dslc_host::examine(&Host::look()).into_iter().map(feature)).collect()
}

fn tool(tool: &Tool) -> Finding {
    let path = tool.find();
    let detail = match &path {
        Some(path) => version(path).unwrap_or_else(|| path.display().to_string()),
        None => "not on the path".to_owned(),
    };
    Finding {
        name: tool.name,
        kind: Kind::Tool,
        purpose: tool.purpose,
        status: if path.is_some() { Status::Ok } else { Status::Missing },
        detail,
        instead: None,
        lost: None,
        remedy: path.is_none().then(|| format!("install {}", tool.package)),
    }
}

/// The first line of what `--version` prints.
fn version(program: &std::path::Path) -> Option<String> {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned)
}

fn feature(found: Feature) -> Finding {
    let Feature { feature, present, detail } = found;
    let instead = feature.instead.filter(|_| !present);
    let status = match (present, instead) {
        (true, _) => Status::Ok,
        (false, Some(_)) => Status::Instead,
        (false, None) => Status::Missing,
    };
    Finding {
        name: feature.name,
        kind: Kind::Feature,
        purpose: feature.gives,
        status,
        detail,
        instead: instead.map(|instead| instead.used),
        lost: instead.map(|instead| instead.lost),
        remedy: (!present).then(|| feature.remedy.to_owned()),
    }
}
