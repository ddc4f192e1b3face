//! Linear forms and their cost, against forms written out by hand.

use super::*;
use crate::sema::hir::Number;

/// The form of the use of the resource `r` of a spec, for each of its elements, by the labels of the
/// variables; and how many bodies of folds were read for it.
fn forms(spec: &str) -> std::result::Result<(Vec<String>, usize), String> {
    let text = format!("fibre t;\n{spec}\nutility 0 * sum(x[i] for i in I);");
    let (model, diagnostics) = crate::db::check_text("t.num", &text);
    let messages: Vec<_> = diagnostics.iter().map(|d| d.message.clone()).collect();
    let model = model.ok_or_else(|| messages.join("; "))?;
    let expander = Expander::new(&model);
    let resource = &model.resources[0];
    let failed = |error: Box<Diagnostic>| error.message;
    let count = expander.instances(&resource.index, resource.span).map_err(failed)?;
    let form = |at| {
        let scope = expander.scope_at(&resource.index, at);
        let form = expander.linear(&resource.use_, &scope).map_err(failed)?;
        let term = |(key, coefficient): &(Key, Number)| {
            let Key::Element(id, at) = *key else { return String::new() };
            let variable = &model.variables[id];
            let label = expander.label(&variable.name.value, &variable.index, at);
            format!("{} {label}", coefficient.to_rational())
        };
        let constant = Some(&form.constant).filter(|constant| !constant.is_zero());
        let constant = constant.map(|constant| constant.to_rational().to_string());
        Ok(form.terms.iter().map(term).chain(constant).collect::<Vec<_>>().join(" + "))
    };
    let forms: std::result::Result<Vec<_>, String> = (0..count).map(form).collect();
    Ok((forms?, expander.readings()))
}

/// The only form of a spec over `I = 1 .. 4` and `x[i in I]`.
fn form(resource: &str) -> String {
    let spec = format!(
        "set I = 1 .. 4;\nset C = {{ a, b }};\nparam w[I] = {{ 1: 5, 2: 0, 3: 7, 4: 1 }};\nvariable x[i in I] in 0 .. 1;\nresource r = {resource} <= 1000;"
    );
    match forms(&spec) {
        Ok((forms, _)) => forms.join("; "),
        Err(message) => message,
    }
}

#[test]
fn conditions_leave_members_out() {
    assert_eq!(form("sum(x[i] for i in I if i > 2)"), "1 x[3] + 1 x[4]");
    assert_eq!(form("sum(x[i] for i in I if i == 2 or not i <= 3)"), "1 x[2] + 1 x[4]");
    assert_eq!(form("sum(x[i] for i in I if w[i] > 0 and i != 3)"), "1 x[1] + 1 x[4]");
    assert_eq!(form("sum(x[i] for i in I, j in I if i == j + 2)"), "1 x[3] + 1 x[4]");
    assert_eq!(form("sum(x[i] for i in I, c in C if c == a)"), "1 x[1] + 1 x[2] + 1 x[3] + 1 x[4]");
    assert_eq!(form("sum(x[i] for i in I if i > 9)"), "");
    assert_eq!(form("max(w[i] for i in I if i > 3) * x[1]"), "1 x[1]");
    assert_eq!(form("min(w[i] for i in I, j in I if i < j) * x[1] + x[2]"), "1 x[2]");
}

#[test]
fn members_are_numbers_and_indices_are_calculated() {
    assert_eq!(form("sum(i * x[i] for i in I)"), "1 x[1] + 2 x[2] + 3 x[3] + 4 x[4]");
    assert_eq!(form("sum(w[i] * x[i - 1] for i in I if i > 1)"), "7 x[2] + 1 x[3]");
    assert_eq!(form("sum(x[5 - i] for i in I if w[5 - i] >= 5)"), "1 x[1] + 1 x[3]");
    assert_eq!(form("sum(x[i + j] for i in I, j in I if i + j <= 3)"), "1 x[2] + 2 x[3]");
    assert_eq!(form("x[1 + 2]"), "1 x[3]");
    let before = "sum(x[j] for j in I if j == i - 1)";
    let spec = format!(
        "set I = 1 .. 4;\nvariable x[i in I] in 0 .. 1;\nresource r[i in I] = x[i] - {before} <= 1;"
    );
    let expected = ["1 x[1]", "-1 x[1] + 1 x[2]", "-1 x[2] + 1 x[3]", "-1 x[3] + 1 x[4]"];
    // Each sum reads the one member that fits.
    assert_eq!(forms(&spec), Ok((expected.map(str::to_owned).to_vec(), 3)));
}

#[test]
fn an_index_that_may_leave_its_set_is_refused_with_the_member() {
    let message = "for `i` = 1 this is 0, and `I` has no member 0";
    assert_eq!(form("sum(x[i - 1] for i in I)"), message);
    assert_eq!(form("sum(x[i - 1] for i in I if i > 1 or w[i] > 2)"), message);
    assert_eq!(form("sum(x[i - 1] for i in I if w[i - 1] > 0 and i > 1)"), message);
    assert_eq!(form("sum(x[i - 1] for i in I if i > 1 and w[i - 1] > 0)"), "1 x[1] + 1 x[3]");
}

/// A spec over a table of `entries` entries among 2,000 × 3,000, and how many bodies of folds are read
/// to expand its resource.
fn readings(resource: &str) -> std::result::Result<(usize, usize), String> {
    let (links, sources) = (2_000, 3_000);
    let entries: std::collections::BTreeSet<_> = (0..sources)
        .flat_map(|s| (0..5).map(move |k| (s * 7 + k * k * 131) % links).map(move |l| (s, l)))
        .collect();
    let rows = entries.iter().map(|(s, l)| format!("{},{},1\n", s + 1, l + 1));
    let table = format!("S,L,A\n{}", rows.collect::<String>());
    let spec = format!(
        "fibre t;\nset L = 1 .. {links};\nset S = 1 .. {sources};\nparam A[L, S] from \"A.csv\";\n\
         variable x[s in S] in 0 .. 1;\nvariable y[l in L] in 0 .. 1;\n\
         let part[l in L, s in S] = 2 * A[l, s] * x[s];\nresource {resource} <= 1000000;\n\
         utility 0 * sum(x[s] for s in S) + 0 * sum(y[l] for l in L);"
    );
    let files = std::collections::BTreeMap::from([("A.csv".to_owned(), table.into_bytes())]);
    let mut host = crate::db::Host::new(std::sync::Arc::new(files));
    host.set_text(&spec);
    let checked = host.check("t.num");
    let messages: Vec<_> = checked.diagnostics.iter().map(|d| d.message.clone()).collect();
    let model = checked.model.ok_or_else(|| messages.join("; "))?;
    let expander = Expander::new(&model);
    let resource = &model.resources[0];
    let failed = |error: Box<Diagnostic>| error.message;
    let count = expander.instances(&resource.index, resource.span).map_err(failed)?;
    let mut terms = 0;
    for at in 0..count {
        let scope = expander.scope_at(&resource.index, at);
        terms += expander.linear(&resource.use_, &scope).map_err(failed)?.terms.len();
    }
    assert_eq!(terms, entries.len(), "a term for each entry");
    Ok((expander.readings(), entries.len()))
}

#[test]
fn a_sum_over_a_table_reads_its_entries_and_nothing_else() -> std::result::Result<(), String> {
    for resource in [
        "r[l in L] = sum(A[l, s] * x[s] for s in S)",
        "r[s in S] = sum(y[l] * A[l, s] / 2 for l in L)",
        "r[l in L] = sum(part[l, s] for s in S)",
        "r[l in L] = sum(x[s] for s in S if A[l, s] > 0)",
        "r[l in L] = sum(s * x[s] for s in S if s <= 3000 and A[l, s] >= 0.5)",
        "r[l in L] = sum(-A[l, s] * x[s] - A[l, s] * x[s] for s in S)",
    ] {
        let (read, entries) = readings(resource)?;
        assert_eq!(read, entries, "{resource}");
    }
    // A sum over both sets also visits each link that has an entry.
    let (read, entries) = readings("r[k in L] = sum(A[l, s] * x[s] for l in L, s in S if l == k)")?;
    assert_eq!(read, entries + 2_000);
    Ok(())
}
