/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What bytes look like: random, flat over a small alphabet, a container of a known type, or none of
 * these.
 *
 * Ciphertext and what is compressed have the same statistics. What tells them apart is that formats
 * begin in ways of their own (formats.h); what begins as one of them is not called random.
 */
#pragma once

#include "formats.h"

enum content {
	CONTENT_UNKNOWN = 0,	/* too few bytes, or not in memory */
	CONTENT_MIXED = 1,	/* text, programs, tables: some values are much more frequent */
	CONTENT_RANDOM = 2,
	CONTENT_ENCODED = 3,	/* base64, hexadecimal: as even as it can be in few values */
	CONTENT_CONTAINER = 4,	/* compressed or encrypted, and says so */
};

/* What `content_of` returns: content in the lowest bits, and */
enum {
	LOOK_CONTENT = 0x0f,
	LOOK_PLAIN = 0x10,	/* well below the evenness of what is compressed */
	LOOK_TYPED = 0x20,	/* the first bytes tell a known type */
	LOOK_ARCHIVE = 0x40,	/* … that is made to hold any file */
};

enum {
	LOOKED_AT = 256,	/* bytes of a sample */
	LOOKED_RUNS = 4,	/* runs that it is taken in */
	LOOKED_LEAST = 16,	/* fewer bytes tell nothing */
};

/*
 * What a sample of `length` bytes at an address in user space looks like; `first` says that they
 * are the file's first.
 *
 * The measure is the number of ordered pairs of equal bytes, Σ c·(c − 1) over the counts c of the
 * values: n(n − 1)/k on average for n bytes that are even over k values, so 255 for 256 random ones
 * (standard deviation 23). Text has some ten times as many. A quarter of a short sample must also
 * be above 127, as no short text is.
 */
CHECKED_ONCE u32 content_of(u64 bytes, u64 length, u32 first)
{
	u32 n = LOOKED_AT, size = LOOKED_AT / LOOKED_RUNS, all, random, found = 0;
	u32 pairs = 0, values = 0, high = 0, type = TYPE_NONE;
	struct scratch *room = scratch();
	u8 run[LOOKED_AT / LOOKED_RUNS];
	u64 head = 0, stride;

	if (!room || !bytes)
		return CONTENT_UNKNOWN;
	if (first && length >= 4 &&
	    !bpf_probe_read_user(&head, length < sizeof(head) ? 4 : sizeof(head), (const void *)bytes))
		type = format_of(head, bytes, length);
	if (type)
		found |= LOOK_TYPED;
	if (type == TYPE_ARCHIVE)
		found |= LOOK_ARCHIVE;
	if (length < LOOKED_LEAST)
		return found | (type >= TYPE_PACKED ? CONTENT_CONTAINER : CONTENT_UNKNOWN);
	if (length < LOOKED_AT)
		n = size = length < 32 ? 16 : length < 64 ? 32 : 64;
	stride = (length - size) / (LOOKED_RUNS - 1);
	__builtin_memset(room->counts, 0, sizeof(room->counts));
	for (u32 r = 0; r < LOOKED_RUNS && r * size < n; r++) {
		if (bpf_probe_read_user(run, size, (const void *)(bytes + r * stride)))
			return CONTENT_UNKNOWN;
		for (u32 i = 0; i < sizeof(run) && i < size; i++) {
			u16 *count = &room->counts[run[i]];

			/* Without a branch: the verifier would follow both ways of each. */
			values += ((u32)*count - 1) >> 31;
			pairs += 2 * (*count)++;
			high += run[i] >> 7;
		}
	}
	all = n * (n - 1);
	/* Eight standard deviations above what is random. */
	random = all * 13 / 8 / 256 + (n < 64 ? n / 4 : 24);
	if (pairs > all * 5 / 2 / 256 + 24)
		found |= LOOK_PLAIN;
	if (type >= TYPE_PACKED)
		return found | CONTENT_CONTAINER;
	if (pairs <= random && (n == LOOKED_AT || high >= n / 4))
		return found | (type ? CONTENT_MIXED : CONTENT_RANDOM);
	if (n == LOOKED_AT && values >= 10 && values <= 96 && pairs * values < all * 5 / 4)
		return found | CONTENT_ENCODED;
	return found | CONTENT_MIXED;
}
