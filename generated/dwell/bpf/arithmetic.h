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

/* 2^(−i/64) in Q32, rounded down. */
static const u64 halvings[64] = {
	0x100000000, 0x0fd3e0c0c, 0x0fa83b2db, 0x0f7d0df73,
	0x0f5257d15, 0x0f281773c, 0x0efe4b99b, 0x0ed4f301e,
	0x0eac0c6e7, 0x0e8396a50, 0x0e5b906e7, 0x0e33f8972,
	0x0e0ccdeec, 0x0de60f482, 0x0dbfbb797, 0x0d99d15c2,
	0x0d744fcca, 0x0d4f35aab, 0x0d2a81d91, 0x0d06333da,
	0x0ce248c15, 0x0cbec14fe, 0x0c9b9bd86, 0x0c78d74c8,
	0x0c5672a11, 0x0c346ccda, 0x0c12c4cca, 0x0bf1799b6,
	0x0bd08a39f, 0x0baff5ab2, 0x0b8fbaf47, 0x0b6fd91e3,
	0x0b504f333, 0x0b311c412, 0x0b123f581, 0x0af3b78ad,
	0x0ad583eea, 0x0ab7a39b5, 0x0a9a15ab4, 0x0a7cd93b4,
	0x0a5fed6a9, 0x0a43515ae, 0x0a2704303, 0x0a0b0510f,
	0x09ef53260, 0x09d3ed9a7, 0x09b8d39b9, 0x099e04593,
	0x09837f051, 0x096942d37, 0x094f4efa8, 0x0935a2b2f,
	0x091c3d373, 0x09031dc43, 0x08ea4398b, 0x08d1adf5b,
	0x08b95c1e3, 0x08a14d575, 0x088980e80, 0x0871f6196,
	0x085aac367, 0x0843a28c3, 0x082cd8698, 0x08164d1f3,
};

/* Points after a time in which they halve every `half_life`; rounded down, they never rise. */
INLINE u32 decayed(u32 points, u64 elapsed, u64 half_life)
{
	u64 shift, step;

	if (half_life == 0) /* nothing lasts */
		return elapsed ? 0 : points;
	shift = elapsed / half_life;
	if (shift > 31)
		return 0;
	step = 64 * (elapsed % half_life) / half_life;
	/* Below 64, which the verifier cannot know: the mask must not be optimised away. */
	asm volatile("" : "+r"(step));
	return (points >> shift) * halvings[step & 63] >> 32;
}

#define ONE_Q16 65536

/* What points in Q16 take from a worth in Q16 at a share in Q32 for each; rounded up. */
INLINE u64 taken(u32 points, u64 per_point)
{
	u64 low = (per_point & 0xffffffff) * points;

	return saturating_add((per_point >> 32) * points,
			      (low >> 32) + ((low & 0xffffffff) != 0));
}

/* What is left of a worth, Q16. */
INLINE u32 worth_left(u64 loss)
{
	return loss < ONE_Q16 ? ONE_Q16 - loss : 0;
}

/* The numerator of a demand at a worth in Q16, at most 1. */
INLINE u64 lowered(u64 numerator, u32 worth)
{
	return (numerator >> 16) * worth + ((numerator & 0xffff) * worth >> 16);
}
