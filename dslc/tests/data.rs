//! What is read from tables, against values written down by hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use dslc::Compiled;
use dslc::sema::hir::{Model, Rational, SetMembers, Values};

fn compile(spec: &str, files: &[(&str, &str)]) -> Compiled {
    let files: BTreeMap<String, Vec<u8>> =
        files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    dslc::compile_with(Arc::new(files), "spec.num", spec)
}

/// The model of some definitions.
fn model(definitions: &str, files: &[(&str, &str)]) -> Result<Model, String> {
    let rest = "variable x in 0.1 .. 1;\nresource r = x <= 1;\nutility log(x);";
    let compiled = compile(&format!("fibre t;\n{definitions}\n{rest}"), files);
    let messages: Vec<_> = compiled.diagnostics.iter().map(|d| d.message.clone()).collect();
    compiled.model.ok_or_else(|| messages.join("; "))
}

fn names(model: &Model, set: usize) -> Vec<String> {
    match &model.sets[set].members {
        SetMembers::Closed(members) => members.names().map(String::from).collect(),
        SetMembers::Open(_) => Vec::new(),
    }
}

fn values(model: &Model, param: usize, count: usize) -> Vec<String> {
    let value = |at| model.params[param].values.get(at).map(|v| v.to_string()).unwrap_or_default();
    (0..count).map(value).collect()
}

#[test]
fn members_come_in_order_of_first_appearance() -> Result<(), String> {
    let files = [("s.csv", "\u{feff}id, name \r\n1, b \r\n2,\"a, c\"\r\n\r\n3,b\r\n")];
    let model = model(
        "set S from \"s.csv\" column \"name\";\nset I from \"s.csv\" column \"id\";",
        &files,
    )?;
    assert_eq!(names(&model, 0), ["b", "a, c"]);
    assert_eq!(names(&model, 1), ["1", "2", "3"]);
    Ok(())
}

#[test]
fn columns_are_found_by_name_and_what_is_missing_is_0() -> Result<(), String> {
    let spec = "set L = { n, s };\nset S = 1 .. 3;\n\
                param A[l in L, s in S] from \"routes.csv\" column \"share\";\n\
                param B[L, S] from \"routes.csv\" column \"other\";\n\
                param c[S]: ms from \"delays.csv\";";
    let files = [
        ("routes.csv", "s,share,L,other\n3,0.5,n,1\n1,2e-1,s,0\n"),
        ("delays.csv", "delay,s\n20,3\n5,1\n7.5,2\n"),
    ];
    let model = model(spec, &files)?;
    assert_eq!(values(&model, 0, 6), ["0", "0", "1/2", "1/5", "0", "0"]);
    assert_eq!(values(&model, 1, 6), ["0", "0", "1", "0", "0", "0"]);
    // A written 0 is no entry.
    assert!(matches!(&model.params[1].values, Values::Sparse(entries) if entries.len() == 1));
    // Values are in the declared unit; a table without gaps is dense.
    assert_eq!(values(&model, 2, 3), ["1/200", "3/400", "1/50"]);
    assert!(matches!(model.params[2].values, Values::Dense(_)));
    Ok(())
}

#[test]
fn a_data_item_is_a_table() -> Result<(), String> {
    let spec = "data flows { name, \"from\", rate; \"a b\", 2, 1.5; c, 1, -2; }\n\
                set Flow from flows column \"name\";\nset Node from flows column \"from\";\n\
                param rate[Flow, Node] from scaled;\ndata scaled { node, flow, rate; 1, c, 3; }\n\
                param one from scaled column \"rate\";";
    let model = model(spec, &[])?;
    assert_eq!(
        (names(&model, 0), names(&model, 1)),
        (vec!["a b".into(), "c".into()], vec!["2".into(), "1".into()])
    );
    assert_eq!(values(&model, 0, 4), ["0", "0", "0", "3"]);
    assert_eq!(values(&model, 1, 1), ["3"]);
    Ok(())
}

#[test]
fn values_are_calculated_for_each_member() -> Result<(), String> {
    let spec = "set I = 1 .. 3;\nparam w[I] = { 1: 5, 2: 7, 3: 1 };\n\
                param c[i in I, j in I] = 2 * w[i] - j;\nparam total = sum(w[i] for i in I if i != 2);";
    let model = model(spec, &[])?;
    assert_eq!(values(&model, 1, 9), ["9", "8", "7", "13", "12", "11", "1", "0", "-1"]);
    assert_eq!(values(&model, 2, 1), ["6"]);
    Ok(())
}

#[test]
fn an_input_is_known_by_its_range() -> Result<(), String> {
    let spec =
        "set Task: open 9;\nparam p: s in 1 ms .. 5 s;\nparam q[t in Task] nonneg in -1 .. 2;";
    let model = model(spec, &[])?;
    let range = |lo: Rational, hi: i64| Values::Input(lo, Rational::from_integer(hi.into()));
    assert_eq!(model.params[0].values, range(Rational::new(1.into(), 1000.into()), 5));
    assert_eq!(model.params[1].values, range(Rational::default(), 2));
    Ok(())
}

#[test]
fn elements_that_a_table_leaves_out_are_named() {
    let spec = "fibre t;\nset L = 1 .. 8;\nset S = { a, b, c };\nparam A[L, S] from \"A.csv\";\n\
                variable x[s in S] in 0.1 .. 1;\n\
                resource link[l in L] = sum(A[l, s] * x[s] for s in S) <= 1;\n\
                utility log(x[a]);";
    let compiled = compile(spec, &[("A.csv", "L,S,A\n1,a,1\n2,a,1\n")]);
    let messages: Vec<_> = compiled.diagnostics.iter().map(|d| d.message.as_str()).collect();
    let unused = "`link[3]`, `link[4]`, `link[5]`, `link[6]`, `link[7]` and 1 more";
    assert_eq!(
        messages,
        [
            "no utility and no resource depends on `x[b]`, `x[c]`".to_owned(),
            format!("no variable uses {unused}"),
        ]
    );
    assert!(compiled.plan.is_some() || compiled.decomposition.is_some());
}

#[test]
fn a_set_and_its_params_come_from_one_table() -> Result<(), String> {
    let spec =
        "set L from \"l.csv\" column \"name\";\nparam c[L] from \"l.csv\" column \"capacity\";";
    let table = "id,name,capacity\n1,north,3\n2,south,0.5\n";
    let read = model(spec, &[("l.csv", table)])?;
    assert_eq!(
        (names(&read, 0), values(&read, 0, 2)),
        (vec!["north".into(), "south".into()], vec!["3".into(), "1/2".into()])
    );
    // In another table a column of that name says nothing.
    let other = spec.replacen("param c[L] from \"l.csv\"", "param c[L] from \"m.csv\"", 1);
    assert!(model(&other, &[("l.csv", table), ("m.csv", table)]).is_err());
    Ok(())
}
