//! Whether the running kernel has the fields that the program reads, asked before it is loaded: the
//! loader itself would only say that an instruction is invalid.

use libbpf_rs::btf::types::{Composite, DeclTag, Func, Struct, Typedef, Union};
use libbpf_rs::btf::{Btf, BtfType, ReferencesType};

use super::error::KernelError;

/// Marks the structs of `kernel_types.h` that every kernel must have.
const TAG: &str = "kernel";

/// The kernel's own type information.
pub fn kernel() -> Result<Btf<'static>, KernelError> {
    Btf::from_vmlinux().map_err(|error| {
        KernelError::missing(
            format!("it does not describe its types (/sys/kernel/btf/vmlinux): {error}"),
            "boot a kernel that is built with CONFIG_DEBUG_INFO_BTF=y; Debian's are",
        )
    })
}

/// The first field that the object reads and the kernel does not have, if there is one.
pub fn check(object: &Btf<'_>, kernel: &Btf<'_>) -> Result<(), KernelError> {
    let mut tagged = 0;
    for tag in object.type_by_kind::<DeclTag<'_>>() {
        if tag.name().is_none_or(|name| name != TAG) {
            continue;
        }
        let Ok(wanted) = Struct::try_from(tag.referenced_type()) else { continue };
        tagged += 1;
        check_struct(&wanted, kernel)?;
    }
    if tagged == 0 {
        return Err(KernelError::object("its type information names no type of the kernel"));
    }
    Ok(())
}

fn check_struct(wanted: &Struct<'_>, kernel: &Btf<'_>) -> Result<(), KernelError> {
    let name = wanted.name().and_then(|name| name.to_str()).unwrap_or_default();
    let missing = |what: String| {
        let next = "use a kernel between the oldest supported one and the newest tested one, or \
                    report the kernel's version and this line";
        Err(KernelError::missing(what, next))
    };
    let Some(have) = kernel.type_by_name::<Struct<'_>>(name) else {
        return missing(format!("its types have no `struct {name}`"));
    };
    let have = Composite::from(have);
    for member in wanted.iter() {
        let field = member.name.and_then(|name| name.to_str()).unwrap_or_default();
        if !has_field(kernel, &have, field) {
            return missing(format!("its `struct {name}` has no field `{field}`"));
        }
    }
    Ok(())
}

/// Whether a struct or union has a field, also inside members that have no name.
fn has_field(btf: &Btf<'_>, of: &Composite<'_>, field: &str) -> bool {
    of.iter().any(|member| match member.name.filter(|name| !name.is_empty()) {
        Some(name) => name == field,
        None => {
            let inner = btf.type_by_id::<BtfType<'_>>(member.ty).and_then(composite);
            inner.is_some_and(|inner| has_field(btf, &inner, field))
        }
    })
}

fn composite(of: BtfType<'_>) -> Option<Composite<'_>> {
    let of = of.skip_mods_and_typedefs();
    Struct::try_from(of)
        .map(Composite::from)
        .or_else(|_| Union::try_from(of).map(Composite::from))
        .ok()
}

/// Whether the kernel offers a function to programs.
pub fn has_function(kernel: &Btf<'_>, name: &str) -> bool {
    kernel.type_by_name::<Func<'_>>(name).is_some()
}

/// Whether the kernel has a tracepoint that programs with type information can be attached to.
pub fn has_tracepoint(kernel: &Btf<'_>, name: &str) -> bool {
    kernel.type_by_name::<Typedef<'_>>(&format!("btf_trace_{name}")).is_some()
}
