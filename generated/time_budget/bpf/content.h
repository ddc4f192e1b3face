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
	LOOK_ARCHIVE = 0x40,	/* … that is made to hold any file */
};

enum {
	LOOKED_AT = 256,	/* bytes of a sample */
	LOOKED_RUNS = 4,	/* runs that it is taken in */
	LOOKED_LEAST = 16,	/* fewer bytes tell nothing */
};

/* What the first bytes of a file tell. */
enum type {
	TYPE_NONE = 0,
	TYPE_PLAIN = 1,		/* a known type */
	TYPE_PACKED = 2,	/* … whose bytes look random: pictures, sound, stores of git */
	TYPE_ARCHIVE = 3,	/* … and which is made to hold any file, packed or encrypted */
};

struct magic {
	u64 mask;
	u64 value;
	u32 type;
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
	{ FIRST3, BYTES3(0x1f, 0x8b, 0x08), TYPE_ARCHIVE },			/* gzip */
	{ FIRST4, BYTES4('P', 'K', 3, 4), TYPE_ARCHIVE },				/* zip, office, jar */
	{ FIRST4, BYTES4('P', 'K', 5, 6), TYPE_ARCHIVE },				/* empty zip */
	{ FIRST6, BYTES6('7', 'z', 0xbc, 0xaf, 0x27, 0x1c), TYPE_ARCHIVE },
	{ FIRST6, BYTES6(0xfd, '7', 'z', 'X', 'Z', 0), TYPE_ARCHIVE },
	{ FIRST4, BYTES4(0x28, 0xb5, 0x2f, 0xfd), TYPE_ARCHIVE },			/* zstd */
	{ FIRST4, BYTES4(0x04, 0x22, 0x4d, 0x18), TYPE_ARCHIVE },			/* lz4 */
	{ FIRST3, BYTES3('B', 'Z', 'h'), TYPE_ARCHIVE },				/* bzip2 */
	{ FIRST3, BYTES3(0x5d, 0, 0), TYPE_ARCHIVE },				/* lzma alone */
	{ FIRST4, BYTES4('L', 'Z', 'I', 'P'), TYPE_ARCHIVE },
	{ FIRST4, BYTES4('R', 'a', 'r', '!'), TYPE_ARCHIVE },
	{ FIRST8, BYTES8('S', 'a', 'l', 't', 'e', 'd', '_', '_'), TYPE_ARCHIVE },	/* openssl enc */
	{ FIRST3, BYTES3(0x8c, 0x0d, 0x04), TYPE_ARCHIVE },			/* OpenPGP, with a password */
	{ FIRST2, BYTES2(0x85, 0x01), TYPE_ARCHIVE },				/* OpenPGP, to RSA keys */
	{ FIRST2, BYTES2(0x84, 0x5e), TYPE_ARCHIVE },				/* OpenPGP, to Curve25519 */
	{ FIRST8, BYTES8('-', '-', '-', '-', '-', 'B', 'E', 'G'), TYPE_ARCHIVE },	/* PEM, armour */
	{ FIRST8, BYTES8('a', 'g', 'e', '-', 'e', 'n', 'c', 'r'), TYPE_ARCHIVE },
	{ FIRST4, BYTES4('L', 'U', 'K', 'S'), TYPE_ARCHIVE },
	{ FIRST3, BYTES3(0xff, 0xd8, 0xff), TYPE_PACKED },			/* JPEG */
	{ FIRST8, BYTES8(0x89, 'P', 'N', 'G', 13, 10, 26, 10), TYPE_PACKED },
	{ FIRST4, BYTES4('G', 'I', 'F', '8'), TYPE_PACKED },
	{ FIRST4, BYTES4('R', 'I', 'F', 'F'), TYPE_PACKED },			/* WebP, WAV, AVI */
	{ FIRST4, BYTES4('O', 'g', 'g', 'S'), TYPE_PACKED },
	{ FIRST4, BYTES4('f', 'L', 'a', 'C'), TYPE_PACKED },
	{ FIRST3, BYTES3('I', 'D', '3'), TYPE_PACKED },				/* MP3 */
	{ 0xffffffff00000000ULL, (u64)BYTES4('f', 't', 'y', 'p') << 32, TYPE_PACKED }, /* MP4, HEIC */
	{ FIRST4, BYTES4(0x1a, 0x45, 0xdf, 0xa3), TYPE_PACKED },			/* Matroska */
	{ FIRST4, BYTES4('w', 'O', 'F', '2'), TYPE_PACKED },
	{ FIRST4, BYTES4('P', 'A', 'C', 'K'), TYPE_PACKED },			/* git: pack */
	{ FIRST4, BYTES4(0xff, 't', 'O', 'c'), TYPE_PACKED },			/* its index */
	{ FIRST4, BYTES4('D', 'I', 'R', 'C'), TYPE_PACKED },			/* index of a work tree */
	{ FIRST4, BYTES4('C', 'G', 'P', 'H'), TYPE_PACKED },
	{ FIRST4, BYTES4('M', 'I', 'D', 'X'), TYPE_PACKED },
	{ FIRST4, BYTES4('R', 'I', 'D', 'X'), TYPE_PACKED },
	{ FIRST4, BYTES4('B', 'I', 'T', 'M'), TYPE_PACKED },
	{ FIRST2, BYTES2(0x78, 0x01), TYPE_PACKED },				/* zlib, git objects */
	{ FIRST2, BYTES2(0x78, 0x5e), TYPE_PACKED },
	{ FIRST2, BYTES2(0x78, 0x9c), TYPE_PACKED },
	{ FIRST2, BYTES2(0x78, 0xda), TYPE_PACKED },
	{ FIRST4, BYTES4('%', 'P', 'D', 'F'), TYPE_PACKED },
	{ FIRST4, BYTES4(0x7f, 'E', 'L', 'F'), TYPE_PLAIN },
	{ FIRST8, BYTES8('S', 'Q', 'L', 'i', 't', 'e', ' ', 'f'), TYPE_PLAIN },
	{ FIRST8, BYTES8('!', '<', 'a', 'r', 'c', 'h', '>', 10), TYPE_ARCHIVE },	/* ar, Debian packages */
	{ FIRST4, BYTES4(0xed, 0xab, 0xee, 0xdb), TYPE_ARCHIVE },			/* RPM */
	{ FIRST8, BYTES8(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1), TYPE_PLAIN }, /* old office */
	{ FIRST2, BYTES2('B', 'M'), TYPE_PLAIN },
	{ FIRST4, BYTES4('I', 'I', 42, 0), TYPE_PACKED },				/* TIFF */
	{ FIRST4, BYTES4('M', 'M', 0, 42), TYPE_PACKED },
	{ FIRST2, BYTES2('#', '!'), TYPE_PLAIN },
	{ FIRST4, BYTES4('<', '?', 'x', 'm'), TYPE_PLAIN },
};

enum { MAGICS = sizeof(magics) / sizeof(magics[0]) };

/* The type of a file that begins with these eight bytes. */
CHECKED_ONCE u32 type_of(u64 head)
{
	for (u32 i = 0; i < MAGICS; i++)
		if ((head & magics[i].mask) == magics[i].value)
			return magics[i].type;
	return TYPE_NONE;
}

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
		type = type_of(head);
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
