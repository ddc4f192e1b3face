/* What an instrumented program may ask and be told.
 *
 * Generated from time_budget.num by dslc. Do not edit: change the spec and build again. */
#ifndef TIME_BUDGET_H
#define TIME_BUDGET_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The page that the daemon shares, read-only; all zero when there was no daemon
 * at the start of the program. */
struct time_budget_price_page {
    uint64_t price;      /* fixed point with frac_bits fractional bits */
    uint64_t updates;    /* how often the price was updated */
    uint64_t updated_ns; /* CLOCK_MONOTONIC of the last update */
    uint64_t magic;      /* 0x44534c4350524943, "DSLCPRIC" */
    uint64_t frac_bits;
    uint64_t reserved[507];
};
extern const volatile struct time_budget_price_page price_time_budget;

struct time_budget_stats {
    uint64_t units;      /* work charged so far; estimated, it only paces the clock */
    uint64_t slow_calls; /* how often the clock and the price were read */
    uint64_t price;      /* as in the page */
    uint64_t dwell_ns;   /* time since the start of the program or time_budget_begin */
    uint64_t budget_ns;  /* what the price allows it */
};

/* Charges units of work. The pass inserts it, inlined; code that was not
 * compiled with the pass may call it. */
void time_budget_update(uint64_t units);

/* Starts the clock again, for a member of a class:
 *   0  interactive
 *   1  batch
 * Until it is called the class is 1. */
void time_budget_begin(uint32_t class_);

/* Reads the figures. Units that other threads have not settled yet are missing. */
void time_budget_stats(struct time_budget_stats *stats);

/* Define it to be told, once after each start of the clock, that the dwell has
 * passed its budget. It runs on the thread that noticed, wherever that was, also
 * in a signal handler. It must not throw. */
void time_budget_over_budget(const struct time_budget_stats *stats) __attribute__((weak));

/* What the price allows a member of a class, and the price update itself; the
 * same integers as the daemon's. */
uint64_t time_budget_budget(uint32_t class_, uint64_t price);
uint64_t time_budget_price_update(uint64_t accumulator, uint64_t use, uint32_t members);

#ifdef __cplusplus
}
#endif

#endif
