//! Settings to write in each of the ways that a daemon reads, which must come back as they were.

use std::path::PathBuf;

use dslc_agent::config::Layer;
use dslc_agent::log::Format;
use proptest::prelude::*;

/// A setting: its key in a file, and its value as TOML writes it.
pub type Written = (&'static str, toml::Value);

/// Settings that do not contradict each other, and how they are written.
pub fn settings() -> impl Strategy<Value = (Layer, Vec<Written>)> {
    let flag = || prop::option::of(any::<bool>());
    let path = || prop::option::of("/[ -~é]{0,12}".prop_map(PathBuf::from));
    let address = || prop::option::of(any::<std::net::SocketAddrV4>());
    let names = prop::option::of(prop::collection::vec("[ -~é\n\"]{0,8}", 0..3));
    let log = prop::option::of(prop::sample::select(&[Format::Json, Format::Human][..]));
    let flags = (flag(), flag(), flag(), flag(), flag(), flag());
    let paths = (path(), path(), path(), path());
    (flags, paths, address(), names, log).prop_map(|(flags, paths, listen, host_names, log)| {
        let (whole_host, observe_only, allow_remote, no_pin, stay, count_runs) = flags;
        let (cgroup, token_file, price_page, pin) = paths;
        let layer = Layer {
            cgroup: cgroup.filter(|_| whole_host != Some(true)),
            whole_host,
            observe_only,
            listen: listen.map(Into::into),
            allow_remote,
            host_names,
            token_file,
            price_page,
            pin: pin.filter(|_| no_pin != Some(true)),
            no_pin,
            stay,
            count_runs,
            log,
            ..Layer::default()
        };
        let written = written(&layer);
        (layer, written)
    })
}

fn written(layer: &Layer) -> Vec<Written> {
    let path =
        |path: &Option<PathBuf>| path.as_ref().map(|path| path.to_str().expect("UTF-8").into());
    let flag = |flag: Option<bool>| flag.map(toml::Value::Boolean);
    let names = layer.host_names.clone();
    let all: [(&str, Option<toml::Value>); 13] = [
        ("cgroup", path(&layer.cgroup)),
        ("whole_host", flag(layer.whole_host)),
        ("observe_only", flag(layer.observe_only)),
        ("listen", layer.listen.map(|listen| listen.to_string().into())),
        ("allow_remote", flag(layer.allow_remote)),
        ("host_names", names.map(|names| names.into())),
        ("token_file", path(&layer.token_file)),
        ("price_page", path(&layer.price_page)),
        ("pin", path(&layer.pin)),
        ("no_pin", flag(layer.no_pin)),
        ("stay", flag(layer.stay)),
        ("count_runs", flag(layer.count_runs)),
        (
            "log",
            layer.log.map(|log| if log == Format::Json { "json".into() } else { "human".into() }),
        ),
    ];
    all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}
