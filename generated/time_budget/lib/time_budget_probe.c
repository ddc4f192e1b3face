/* The names of fibre time_budget over the probe, which knows none.
 *
 * Generated from time_budget.num by dslc. Do not edit: change the spec and build again.
 * Compiled by clang: gcc 12 has no preserve_most. */
#include "time_budget.h"

#include <stdatomic.h>

/* Both are declared alike in the probe. */
struct dslc_thread {
    int64_t count_down; /* first: what the pass counts down */
    int64_t granted;    /* where it started */
    uint64_t visited_ns;
};
struct dslc_fibre {
    const char *page_path;
    const volatile struct time_budget_price_page *page;
    uint64_t (*budget)(uint32_t class_, uint64_t price);
    void (*over_budget)(const struct time_budget_stats *stats);
    uint64_t frac_bits;
    _Atomic uint64_t start_ns, units, visits;
    _Atomic uint32_t class_, told;
};
void dslc_probe_open(struct dslc_fibre *fibre);
void dslc_probe_begin(struct dslc_fibre *fibre, uint32_t class_);
void dslc_probe_visit(struct dslc_fibre *fibre, struct dslc_thread *thread);
void dslc_probe_stats(const struct dslc_fibre *fibre, const struct dslc_thread *thread,
                      struct time_budget_stats *stats);

/* A page of its own, so that mapping the daemon's over it replaces nothing else. */
_Alignas(4096) __attribute__((visibility("protected")))
const volatile struct time_budget_price_page price_time_budget = {0};

__attribute__((visibility("hidden"), tls_model("initial-exec")))
_Thread_local struct dslc_thread time_budget_thread;

static struct dslc_fibre fibre = {
    .page_path = "/dev/shm/dslc-time_budget/price",
    .page = &price_time_budget,
    .budget = time_budget_budget,
    .over_budget = time_budget_over_budget,
    .frac_bits = 24,
    .class_ = 1,
};

__attribute__((constructor)) static void open_page(void)
{
    dslc_probe_open(&fibre);
}

__attribute__((visibility("hidden"), preserve_most, cold))
void time_budget_update_slow(uint64_t units)
{
    time_budget_thread.count_down -= (int64_t)units;
    if (time_budget_thread.count_down < 0)
        dslc_probe_visit(&fibre, &time_budget_thread);
}

void time_budget_update(uint64_t units)
{
    /* More than a thread may ever be granted, and far from overflow. */
    const uint64_t most = UINT64_C(1) << 62;
    time_budget_update_slow(units < most ? units : most);
}

void time_budget_begin(uint32_t class_)
{
    dslc_probe_begin(&fibre, class_);
}

void time_budget_stats(struct time_budget_stats *stats)
{
    dslc_probe_stats(&fibre, &time_budget_thread, stats);
}
