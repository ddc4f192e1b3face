/* The names of fibre dwell over the probe, which knows none.
 *
 * Generated from dwell.num by dslc. Do not edit: change the spec and build again.
 * Compiled by clang: gcc 12 has no preserve_most. */
#include "dwell.h"

#include <stdatomic.h>

/* Both are declared alike in the probe. */
struct dslc_thread {
    int64_t count_down; /* first: what the pass counts down */
    int64_t granted;    /* where it started */
    uint64_t visited_ns;
};
struct dslc_fibre {
    const char *page_path;
    const volatile struct dwell_price_page *page;
    uint64_t (*budget)(uint32_t class_, uint64_t price);
    void (*over_budget)(const struct dwell_stats *stats);
    uint64_t frac_bits;
    _Atomic uint64_t start_ns, units, visits;
    _Atomic uint32_t class_, told;
};
void dslc_probe_open(struct dslc_fibre *fibre);
void dslc_probe_begin(struct dslc_fibre *fibre, uint32_t class_);
void dslc_probe_visit(struct dslc_fibre *fibre, struct dslc_thread *thread);
void dslc_probe_stats(const struct dslc_fibre *fibre, const struct dslc_thread *thread,
                      struct dwell_stats *stats);

/* A page of its own, so that mapping the daemon's over it replaces nothing else. */
_Alignas(4096) __attribute__((visibility("protected")))
const volatile struct dwell_price_page price_dwell = {0};

__attribute__((visibility("hidden"), tls_model("initial-exec")))
_Thread_local struct dslc_thread dwell_thread;

static struct dslc_fibre fibre = {
    .page_path = "/dev/shm/dslc-dwell/price",
    .page = &price_dwell,
    .budget = dwell_budget,
    .over_budget = dwell_over_budget,
    .frac_bits = 24,
    .class_ = 1,
};

__attribute__((constructor)) static void open_page(void)
{
    dslc_probe_open(&fibre);
}

__attribute__((visibility("hidden"), preserve_most, cold))
void dwell_update_slow(uint64_t units)
{
    dwell_thread.count_down -= (int64_t)units;
    if (dwell_thread.count_down < 0)
        dslc_probe_visit(&fibre, &dwell_thread);
}

void dwell_update(uint64_t units)
{
    /* More than a thread may ever be granted, and far from overflow. */
    const uint64_t most = UINT64_C(1) << 62;
    dwell_update_slow(units < most ? units : most);
}

void dwell_begin(uint32_t class_)
{
    dslc_probe_begin(&fibre, class_);
}

void dwell_stats(struct dwell_stats *stats)
{
    dslc_probe_stats(&fibre, &dwell_thread, stats);
}
