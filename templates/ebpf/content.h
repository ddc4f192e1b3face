/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What bytes look like: random, flat over a small alphabet, a container of a known type, or none of
 * these.
 *
 * Ciphertext and what is compressed have the same statistics. What tells them apart is that formats
 * begin with bytes that say so; what has such a beginning is never called random.
 */
#pragma once

#include "files.h"

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
};

enum {
	LOOKED_AT = 256,	/* bytes of a sample */
	LOOKED_RUNS = 4,	/* runs that a sample is taken in */
	LOOKED_LEAST = 64,	/* fewer bytes tell nothing */
};

/* First bytes of a known type. */
struct magic {
	u64 mask;
	u64 value;
	u32 container;	/* its bytes look random from here on */
};

/* Little-endian, the first byte lowest. */
#define BYTES1(a) ((u64)(a))
#define BYTES2(a, b) (BYTES1(a) | (u64)(b) << 8)
#define BYTES3(a, b, c) (BYTES2(a, b) | (u64)(c) << 16)
#define BYTES4(a, b, c, d) (BYTES3(a, b, c) | (u64)(d) << 24)
#define BYTES6(a, b, c, d, e, f) (BYTES4(a, b, c, d) | (u64)(e) << 32 | (u64)(f) << 40)
#define BYTES8(a, b, c, d, e, f, g, h)                                                             \
	(BYTES6(a, b, c, d, e, f) | (u64)(g) << 48 | (u64)(h) << 56)
#define FIRST2 0xffffULL
#define FIRST3 0xffffffULL
#define FIRST4 0xffffffffULL
#define FIRST6 0xffffffffffffULL
#define FIRST8 (~0ULL)

/* From each format's own specification; at most MAGICS rows. */
static const struct magic magics[] = {
	{ FIRST3, BYTES3(0x1f, 0x8b, 0x08), 1 },			/* gzip */
	{ FIRST4, BYTES4('P', 'K', 3, 4), 1 },				/* zip, office, jar */
	{ FIRST4, BYTES4('P', 'K', 5, 6), 1 },				/* empty zip */
	{ FIRST6, BYTES6('7', 'z', 0xbc, 0xaf, 0x27, 0x1c), 1 },
	{ FIRST6, BYTES6(0xfd, '7', 'z', 'X', 'Z', 0), 1 },
	{ FIRST4, BYTES4(0x28, 0xb5, 0x2f, 0xfd), 1 },			/* zstd */
	{ FIRST4, BYTES4(0x04, 0x22, 0x4d, 0x18), 1 },			/* lz4 */
	{ FIRST3, BYTES3('B', 'Z', 'h'), 1 },				/* bzip2 */
	{ FIRST3, BYTES3(0x5d, 0, 0), 1 },				/* lzma alone */
	{ FIRST4, BYTES4('L', 'Z', 'I', 'P'), 1 },
	{ FIRST4, BYTES4('R', 'a', 'r', '!'), 1 },
	{ FIRST8, BYTES8('S', 'a', 'l', 't', 'e', 'd', '_', '_'), 1 },	/* openssl enc */
	{ FIRST3, BYTES3(0x8c, 0x0d, 0x04), 1 },			/* OpenPGP, with a password */
	{ FIRST2, BYTES2(0x85, 0x01), 1 },				/* OpenPGP, to RSA keys */
	{ FIRST2, BYTES2(0x84, 0x5e), 1 },				/* OpenPGP, to Curve25519 */
	{ FIRST8, BYTES8('-', '-', '-', '-', '-', 'B', 'E', 'G'), 1 },	/* PEM, armour */
	{ FIRST8, BYTES8('a', 'g', 'e', '-', 'e', 'n', 'c', 'r'), 1 },
	{ FIRST4, BYTES4('L', 'U', 'K', 'S'), 1 },
	{ FIRST3, BYTES3(0xff, 0xd8, 0xff), 1 },			/* JPEG */
	{ FIRST8, BYTES8(0x89, 'P', 'N', 'G', 13, 10, 26, 10), 1 },
	{ FIRST4, BYTES4('G', 'I', 'F', '8'), 1 },
	{ FIRST4, BYTES4('R', 'I', 'F', 'F'), 1 },			/* WebP, WAV, AVI */
	{ FIRST4, BYTES4('O', 'g', 'g', 'S'), 1 },
	{ FIRST4, BYTES4('f', 'L', 'a', 'C'), 1 },
	{ FIRST3, BYTES3('I', 'D', '3'), 1 },				/* MP3 */
	{ 0xffffffff00000000ULL, (u64)BYTES4('f', 't', 'y', 'p') << 32, 1 }, /* MP4, HEIC */
	{ FIRST4, BYTES4(0x1a, 0x45, 0xdf, 0xa3), 1 },			/* Matroska */
	{ FIRST4, BYTES4('w', 'O', 'F', '2'), 1 },
	{ FIRST4, BYTES4('P', 'A', 'C', 'K'), 1 },			/* git */
	{ FIRST2, BYTES2(0x78, 0x01), 1 },				/* zlib, git objects */
	{ FIRST2, BYTES2(0x78, 0x5e), 1 },
	{ FIRST2, BYTES2(0x78, 0x9c), 1 },
	{ FIRST2, BYTES2(0x78, 0xda), 1 },
	{ FIRST4, BYTES4('%', 'P', 'D', 'F'), 1 },
	{ FIRST4, BYTES4(0x7f, 'E', 'L', 'F'), 0 },
	{ FIRST8, BYTES8('S', 'Q', 'L', 'i', 't', 'e', ' ', 'f'), 0 },
	{ FIRST8, BYTES8('!', '<', 'a', 'r', 'c', 'h', '>', 10), 1 },	/* ar, Debian packages */
	{ FIRST4, BYTES4(0xed, 0xab, 0xee, 0xdb), 1 },			/* RPM */
	{ FIRST8, BYTES8(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1), 0 }, /* old office */
	{ FIRST2, BYTES2('B', 'M'), 0 },
	{ FIRST4, BYTES4('I', 'I', 42, 0), 1 },				/* TIFF */
	{ FIRST4, BYTES4('M', 'M', 0, 42), 1 },
	{ FIRST2, BYTES2('#', '!'), 0 },
	{ FIRST4, BYTES4('<', '?', 'x', 'm'), 0 },
};

enum { MAGICS = sizeof(magics) / sizeof(magics[0]) };

/* The first eight bytes of a file: 0 for no known type, 1 for a known one, 2 for a container. */
CHECKED_ONCE u32 type_of(u64 head)
{
	for (u32 i = 0; i < MAGICS; i++)
		if ((head & magics[i].mask) == magics[i].value)
			return magics[i].container ? 2 : 1;
	return 0;
}

/*
 * What a sample of `length` bytes at an address in user space looks like; `first` says that they
 * are the file's first.
 *
 * The measure is the number of ordered pairs of equal bytes, Σ c·(c − 1) over the counts c of the
 * values: n(n − 1)/k on average for n bytes that are even over k values, so 255 for 256 random ones
 * (standard deviation 23). Text has some ten times as many.
 */
CHECKED_ONCE u32 content_of(u64 bytes, u64 length, u32 first)
{
	struct scratch *room = scratch();
	u32 n = LOOKED_AT, pairs = 0, values = 0, all, found = 0, type = 0;
	u8 run[LOOKED_AT / LOOKED_RUNS];
	u64 head = 0, stride;

	if (!room || !bytes || length < LOOKED_LEAST)
		return CONTENT_UNKNOWN;
	if (first && !bpf_probe_read_user(&head, sizeof(head), (const void *)bytes))
		type = type_of(head);
	if (length < LOOKED_AT)
		n = LOOKED_LEAST;
	stride = (length - sizeof(run)) / (LOOKED_RUNS - 1);
	__builtin_memset(room->counts, 0, sizeof(room->counts));
	for (u32 r = 0; r < LOOKED_RUNS && r * sizeof(run) < n; r++) {
		if (bpf_probe_read_user(run, sizeof(run), (const void *)(bytes + r * stride)))
			return CONTENT_UNKNOWN;
		for (u32 i = 0; i < sizeof(run); i++) {
			u16 *count = &room->counts[run[i]];

			/* Without a branch: the verifier would follow both ways of each. */
			values += ((u32)*count - 1) >> 31;
			pairs += 2 * (*count)++;
		}
	}
	all = n * (n - 1);
	if (pairs > all / 256 * 5 / 2 + 24)
		found |= LOOK_PLAIN;
	if (type)
		found |= LOOK_TYPED;
	if (type == 2)
		return found | CONTENT_CONTAINER;
	/* Eight standard deviations above what is random. */
	if (pairs <= all / 256 * 13 / 8 + 24)
		return found | (type ? CONTENT_MIXED : CONTENT_RANDOM);
	if (n == LOOKED_AT && values >= 10 && values <= 96 && pairs * values < all * 5 / 4)
		return found | CONTENT_ENCODED;
	return found | CONTENT_MIXED;
}
