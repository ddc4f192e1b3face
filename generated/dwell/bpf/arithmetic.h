/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Demand and price update: the operations of the daemon's core crate in the same order, so that
 * the results are equal bit for bit. Both are total: nothing overflows or divides by 0.
 */
#pragma once

#include "abi.h"

/* What a member asks for at a price in Q(F): w/π, clamped to its box. */
INLINE u64 demand(const struct reciprocal *of, u64 price)
{
	u64 wanted;

	if (price == 0)
		return of->hi;
	wanted = of->numerator / price;
	if (wanted < of->lo)
		return of->lo;
	return wanted > of->hi ? of->hi : wanted;
}

INLINE u64 saturating_add(u64 a, u64 b)
{
	return a + b < a ? ~0ULL : a + b;
}

/* In halves: compilers turn a test by division into a product of 128 bits, which BPF lacks. */
INLINE u64 saturating_mul(u64 a, u32 b)
{
	u64 low = (a & 0xffffffff) * b;
	u64 high = (a >> 32) * b + (low >> 32);

	return high >> 32 ? ~0ULL : high << 32 | (low & 0xffffffff);
}

/* α(n), in Q(F + s) of price per quantum of excess use. */
INLINE u64 price_step(const struct price_rule *rule, u32 members)
{
	u64 denominator = saturating_add(rule->step_fixed, saturating_mul(rule->step_member, members));

	if (denominator == 0)
		denominator = rule->step_member;
	return denominator == 0 ? 0 : rule->step_num / denominator;
}

/* One update of the accumulator, which stays between the ends of its range. */
INLINE u64 price_update(const struct price_rule *rule, u64 accumulator, u64 use, u32 members)
{
	u64 floor = rule->price_lo << (rule->carry_bits & 63);
	u64 ceiling = rule->price_hi << (rule->carry_bits & 63);
	u64 step = price_step(rule, members);
	u64 distance, room;

	if (accumulator < floor)
		accumulator = floor;
	else if (accumulator > ceiling)
		accumulator = ceiling;
	if (step == 0)
		return accumulator;
	if (use >= rule->capacity) {
		distance = use - rule->capacity;
		room = ceiling - accumulator;
		return distance > room / step ? ceiling : accumulator + step * distance;
	}
	distance = rule->capacity - use;
	room = accumulator - floor;
	return distance > room / step ? floor : accumulator - step * distance;
}
