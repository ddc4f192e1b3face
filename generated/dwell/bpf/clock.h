/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The clock of a bucket: how often it did what the rules count, how long it may go on, and what user
 * space hears of it.
 */
#pragma once

#include "bucket.h"

struct {
	MAP_UINT(type, BPF_MAP_TYPE_RINGBUF);
	MAP_UINT(max_entries, 1 << 20);
} events SEC(".maps");

/* Only what a global names is in the object's type information, which the daemon is tested
 * against. */
const struct event *const event_layout __attribute__((used)) = NULL;

/* One more event of a rule. Returns whether there were more of them than its limit. */
INLINE bool exceeds(struct window *window, u64 slice_ns, u32 limit, u64 now)
{
	u64 slice = now / slice_ns;
	u64 last = window->slice;
	u32 total = 0;

	if (slice < last) /* another processor's clock is ahead */
		slice = last;
	for (u32 i = 0; i < SLICES; i++)
		if (slice - last > i)
			window->counts[(slice - i) % SLICES] = 0;
	window->slice = slice;
	__sync_fetch_and_add(&window->counts[slice % SLICES], 1);
	for (u32 i = 0; i < SLICES; i++)
		total += window->counts[i];
	return total > limit;
}

INLINE u64 current_price(void)
{
	u64 *price = bpf_map_lookup_elem(&PRICE_MAP, &(u32){ 0 });

	return price ? *(volatile u64 *)price : 0;
}

/* What the evidence leaves of a member's worth, in Q16; never above the spec's. */
INLINE u32 worth_of(const struct member *member, u64 now)
{
	u64 loss = 0;

	for (u32 i = 0; i < LOWERINGS; i++) {
		const struct lowering *one = &lowerings[i];

		if (one->class == member->class)
			loss = saturating_add(loss, taken(points_of(member, one->evidence, now),
							  one->per_point));
	}
	return worth_left(loss);
}

/* How long a member may go on at a price. */
INLINE u64 budget_of(const struct member *member, u64 price, u64 now)
{
	struct reciprocal of;

	if (member->class >= CLASSES)
		return 0;
	of = demands[member->class];
	of.numerator = lowered(of.numerator, worth_of(member, now));
	return demand(&of, price);
}

/* When a member's quiet time ends. */
INLINE u64 quiet_end(const struct member *member)
{
	return CLEAR_AFTER_NS ? member->last_event + CLEAR_AFTER_NS : ~0ULL;
}

INLINE u64 until(u64 then, u64 now)
{
	return then > now ? then - now : 0;
}

/* Whether the clock of a member runs. */
INLINE bool runs(const struct member *member)
{
	return member->state == MEMBER_LIVE || member->state == MEMBER_OVERDUE;
}

/* Sets the timer to what comes first. The price may move meanwhile, and whoever moves it may have
 * passed this member already: look again. */
INLINE long arm(struct slot *slot, struct member *member)
{
	u64 price = current_price();
	long error = 0;

	for (int i = 0; i < 4; i++) {
		u64 now = bpf_ktime_get_ns();
		u64 quiet = quiet_end(member);
		u64 due, seen = price;

		member->budget = budget_of(member, price, now);
		due = member->taint + member->budget;
		error = bpf_timer_start(&slot->timer, until(due < quiet ? due : quiet, now), 0);
		price = current_price();
		if (error || price == seen)
			break;
	}
	if (error)
		COUNT(timer_errors);
	return error;
}

/* Has the timer look at a member at once, or after a while. */
INLINE void look_after(struct slot *slot, u64 ns)
{
	if (bpf_timer_start(&slot->timer, ns, 0))
		COUNT(timer_errors);
}

/* Tells user space what became of a member; `detail` is a parent, an act or a verdict. */
INLINE void report(u32 kind, u32 path, const struct member *member, u64 now, u32 detail)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		COUNT(events_lost);
		return;
	}
	event->time = now;
	event->dwell = member->taint ? now - member->taint : 0;
	event->price = current_price();
	event->budget = member->budget;
	event->bucket = member->id;
	event->kind = kind;
	event->path = path;
	event->tgid = member->tgid;
	event->actor = member->actor;
	event->class = member->class;
	event->rule = member->rule;
	event->detail = detail;
	event->state = member->state;
	event->processes = member->processes;
	event->lost = member->lost;
	for (u32 e = 0; e < MAX_EVIDENCE; e++)
		event->points[e] = e < EVIDENCES ? points_of(member, e, now) : 0;
	__builtin_memcpy(event->comm, member->comm, sizeof(event->comm));
	bpf_ringbuf_submit(event, 0);
}
