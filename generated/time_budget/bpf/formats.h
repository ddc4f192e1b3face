/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Types of files, by how they begin.
 *
 * A few bytes that name a type are put before ciphertext easily. So where a format fixes what stands
 * behind them, that is looked at, too. Whoever encrypts inside of a true container is not told from
 * one who packs.
 */
#pragma once

#include "files.h"

/* What the first bytes of a file tell. */
enum type {
	TYPE_NONE = 0,
	TYPE_PLAIN = 1,		/* a known type */
	TYPE_PACKED = 2,	/* … whose bytes look random: pictures, sound, stores of git */
	TYPE_ARCHIVE = 3,	/* … and which is made to hold any file, packed or encrypted */
};

/* What must stand behind the first bytes. */
enum behind {
	BEHIND_ANY = 0,
	BEHIND_GZIP,		/* a header, then deflate */
	BEHIND_ZIP,		/* a header, then what its method says */
	BEHIND_ZLIB,		/* deflate */
	BEHIND_PNG,		/* chunks */
	BEHIND_JPEG,		/* segments */
	BEHIND_ZSTD,		/* a header, then a block */
	BEHIND_TEXT,
};

struct magic {
	u64 mask;
	u64 value;
	u32 type;
	u32 behind;
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
	{ FIRST3, BYTES3(0x1f, 0x8b, 0x08), TYPE_ARCHIVE, BEHIND_GZIP },			/* gzip */
	{ FIRST4, BYTES4('P', 'K', 3, 4), TYPE_ARCHIVE, BEHIND_ZIP },				/* zip, office, jar */
	{ FIRST4, BYTES4('P', 'K', 5, 6), TYPE_ARCHIVE, BEHIND_ANY },				/* empty zip */
	{ FIRST6, BYTES6('7', 'z', 0xbc, 0xaf, 0x27, 0x1c), TYPE_ARCHIVE, BEHIND_ANY },
	{ FIRST6, BYTES6(0xfd, '7', 'z', 'X', 'Z', 0), TYPE_ARCHIVE, BEHIND_ANY },
	{ FIRST4, BYTES4(0x28, 0xb5, 0x2f, 0xfd), TYPE_ARCHIVE, BEHIND_ZSTD },			/* zstd */
	{ FIRST4, BYTES4(0x04, 0x22, 0x4d, 0x18), TYPE_ARCHIVE, BEHIND_ANY },			/* lz4 */
	{ FIRST3, BYTES3('B', 'Z', 'h'), TYPE_ARCHIVE, BEHIND_ANY },				/* bzip2 */
	{ FIRST3, BYTES3(0x5d, 0, 0), TYPE_ARCHIVE, BEHIND_ANY },				/* lzma alone */
	{ FIRST6 & ~0xff0000000000ULL, BYTES6('L', 'Z', 'I', 'P', 1, 0), TYPE_ARCHIVE, BEHIND_ANY },
	{ FIRST6, BYTES6('R', 'a', 'r', '!', 26, 7), TYPE_ARCHIVE, BEHIND_ANY },
	{ FIRST3, BYTES3(0x8c, 0x0d, 0x04), TYPE_ARCHIVE, BEHIND_ANY },			/* OpenPGP, with a password */
	{ FIRST2, BYTES2(0x85, 0x01), TYPE_ARCHIVE, BEHIND_ANY },				/* OpenPGP, to RSA keys */
	{ FIRST2, BYTES2(0x84, 0x5e), TYPE_ARCHIVE, BEHIND_ANY },				/* OpenPGP, to Curve25519 */
	{ FIRST8, BYTES8('-', '-', '-', '-', '-', 'B', 'E', 'G'), TYPE_ARCHIVE, BEHIND_TEXT },	/* PEM, armour */
	{ FIRST8, BYTES8('a', 'g', 'e', '-', 'e', 'n', 'c', 'r'), TYPE_ARCHIVE, BEHIND_TEXT },
	{ FIRST6, BYTES6('L', 'U', 'K', 'S', 0xba, 0xbe), TYPE_ARCHIVE, BEHIND_ANY },
	{ FIRST3, BYTES3(0xff, 0xd8, 0xff), TYPE_PACKED, BEHIND_JPEG },			/* JPEG */
	{ FIRST8, BYTES8(0x89, 'P', 'N', 'G', 13, 10, 26, 10), TYPE_PACKED, BEHIND_PNG },
	{ FIRST6, BYTES6('G', 'I', 'F', '8', '7', 'a'), TYPE_PACKED, BEHIND_ANY },
	{ FIRST6, BYTES6('G', 'I', 'F', '8', '9', 'a'), TYPE_PACKED, BEHIND_ANY },
	{ FIRST4, BYTES4('R', 'I', 'F', 'F'), TYPE_PACKED, BEHIND_ANY },			/* WebP, WAV, AVI */
	{ FIRST4, BYTES4('O', 'g', 'g', 'S'), TYPE_PACKED, BEHIND_ANY },
	{ FIRST4, BYTES4('f', 'L', 'a', 'C'), TYPE_PACKED, BEHIND_ANY },
	{ FIRST3, BYTES3('I', 'D', '3'), TYPE_PACKED, BEHIND_ANY },				/* MP3 */
	{ 0xffffffff00000000ULL, (u64)BYTES4('f', 't', 'y', 'p') << 32, TYPE_PACKED, BEHIND_ANY }, /* MP4, HEIC */
	{ FIRST4, BYTES4(0x1a, 0x45, 0xdf, 0xa3), TYPE_PACKED, BEHIND_ANY },			/* Matroska */
	{ FIRST4, BYTES4('w', 'O', 'F', '2'), TYPE_PACKED, BEHIND_ANY },
	{ FIRST4, BYTES4('P', 'A', 'C', 'K'), TYPE_PACKED, BEHIND_ANY },			/* git: pack */
	{ FIRST4, BYTES4(0xff, 't', 'O', 'c'), TYPE_PACKED, BEHIND_ANY },			/* its index */
	{ FIRST4, BYTES4('D', 'I', 'R', 'C'), TYPE_PACKED, BEHIND_ANY },			/* index of a work tree */
	{ FIRST4, BYTES4('C', 'G', 'P', 'H'), TYPE_PACKED, BEHIND_ANY },
	{ FIRST4, BYTES4('M', 'I', 'D', 'X'), TYPE_PACKED, BEHIND_ANY },
	{ FIRST4, BYTES4('R', 'I', 'D', 'X'), TYPE_PACKED, BEHIND_ANY },
	{ FIRST4, BYTES4('B', 'I', 'T', 'M'), TYPE_PACKED, BEHIND_ANY },
	{ FIRST2, BYTES2(0x78, 0x01), TYPE_PACKED, BEHIND_ZLIB },				/* zlib, git objects */
	{ FIRST2, BYTES2(0x78, 0x5e), TYPE_PACKED, BEHIND_ZLIB },
	{ FIRST2, BYTES2(0x78, 0x9c), TYPE_PACKED, BEHIND_ZLIB },
	{ FIRST2, BYTES2(0x78, 0xda), TYPE_PACKED, BEHIND_ZLIB },
	{ FIRST4, BYTES4('%', 'P', 'D', 'F'), TYPE_PACKED, BEHIND_TEXT },
	{ FIRST4, BYTES4(0x7f, 'E', 'L', 'F'), TYPE_PLAIN, BEHIND_ANY },
	{ FIRST8, BYTES8('S', 'Q', 'L', 'i', 't', 'e', ' ', 'f'), TYPE_PLAIN, BEHIND_ANY },
	{ FIRST8, BYTES8('!', '<', 'a', 'r', 'c', 'h', '>', 10), TYPE_ARCHIVE, BEHIND_ANY },	/* ar, Debian packages */
	{ FIRST4, BYTES4(0xed, 0xab, 0xee, 0xdb), TYPE_ARCHIVE, BEHIND_ANY },			/* RPM */
	{ FIRST8, BYTES8(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1), TYPE_PLAIN, BEHIND_ANY }, /* old office */
	{ FIRST2, BYTES2('B', 'M'), TYPE_PLAIN, BEHIND_ANY },
	{ FIRST4, BYTES4('I', 'I', 42, 0), TYPE_PACKED, BEHIND_ANY },				/* TIFF */
	{ FIRST4, BYTES4('M', 'M', 0, 42), TYPE_PACKED, BEHIND_ANY },
	{ FIRST2, BYTES2('#', '!'), TYPE_PLAIN, BEHIND_ANY },
	{ FIRST4, BYTES4('<', '?', 'x', 'm'), TYPE_PLAIN, BEHIND_ANY },
};

enum { MAGICS = sizeof(magics) / sizeof(magics[0]) };

/* The row of a file that begins with these eight bytes; MAGICS if there is none. */
CHECKED_ONCE u32 magic_of(u64 head)
{
	for (u32 i = 0; i < MAGICS; i++)
		if ((head & magics[i].mask) == magics[i].value)
			return i;
	return MAGICS;
}

enum {
	HEAD = 64,		/* bytes that are looked at */
	GZIP_EXTRA = 0x04,
	GZIP_NAME = 0x08,
	GZIP_COMMENT = 0x10,
	GZIP_CHECK = 0x02,
	GZIP_UNUSED = 0xe0,
	GZIP_HEADER = 10,
	ZIP_HEADER = 30,
	ZIP_ENCRYPTED = 1,
	ZIP_DEFLATED = 8,
	ZIP_METHODS = 100,
	PNG_SECOND = 33,	/* where the second chunk begins */
	CODES = 19,		/* lengths of codes that a block of deflate begins with */
	ZSTD_BLOCK = 128 << 10,
};

/* The lowest bit of each byte. */
#define EACH_BYTE 0x0101010101010101ULL

/* Two bytes, in both orders. */
INLINE u32 little(const u8 *bytes)
{
	return bytes[0] | (u32)bytes[1] << 8;
}

INLINE u32 big(const u8 *bytes)
{
	return (u32)bytes[0] << 8 | bytes[1];
}

/*
 * Whether what stands at an address in user space can be the first block of deflate. One in four
 * blocks of random bytes passes, as one of fixed codes; of the others next to none: a stored block
 * repeats its length inverted, and the codes of a dynamic one must neither be too many nor leave
 * room. What cannot be read passes.
 */
CHECKED_ONCE u32 can_be_deflate(u64 address)
{
	u64 word[2], low;
	u32 kind, codes, room = 0;

	if (bpf_probe_read_user(word, sizeof(word), (const void *)address))
		return true;
	kind = word[0] >> 1 & 3;
	if (kind == 0)
		return (word[0] >> 8 & 0xffff) == (~word[0] >> 24 & 0xffff);
	if (kind != 2)
		return kind == 1;
	if ((word[0] >> 3 & 31) > 29 || (word[0] >> 8 & 31) > 29)
		return false;
	codes = (word[0] >> 13 & 15) + 4;
	low = (word[0] >> 17 | word[1] << 47) & ((1ULL << 3 * codes) - 1);
	for (u32 i = 0; i < CODES; i++) {
		/* Without a branch: the verifier would follow both ways of each. */
		room += 128 >> (low & 7) & 127;
		low >>= 3;
	}
	return room == 128;
}

INLINE bool deflate_at(u64 bytes, u64 length, u64 offset)
{
	return offset + 2 * sizeof(u64) > length || can_be_deflate(bytes + offset);
}

/* How long a text that ends in 0 is, with the 0; 0 if it is too long. */
INLINE u64 text_at(u64 address)
{
	struct scratch *room = scratch();
	long length = room ? bpf_probe_read_user_str(room->path, sizeof(room->path),
						     (const void *)address)
			   : 0;

	return length > 0 && length < MAX_PATH ? length : 0;
}

INLINE bool is_gzip(const u8 *head, u64 bytes, u64 length)
{
	u64 offset = GZIP_HEADER;
	u32 flags = head[3];

	if (flags & GZIP_UNUSED)
		return false;
	/* What few write is not followed further. */
	if (flags & (GZIP_EXTRA | GZIP_COMMENT | GZIP_CHECK))
		return true;
	if (flags & GZIP_NAME)
		offset += text_at(bytes + offset);
	return deflate_at(bytes, length, offset);
}

INLINE bool is_zip(const u8 *head, u64 bytes, u64 length)
{
	u32 flags = little(head + 6), method = little(head + 8);

	if (method >= ZIP_METHODS)
		return false;
	return method != ZIP_DEFLATED || flags & ZIP_ENCRYPTED ||
	       deflate_at(bytes, length,
			  ZIP_HEADER + little(head + 26) + (u64)little(head + 28));
}

INLINE bool is_letter(u8 byte)
{
	byte |= 'a' - 'A';
	return byte >= 'a' && byte <= 'z';
}

INLINE bool is_png(const u8 *head, u64 bytes, u64 length)
{
	const u8 *kind = head + PNG_SECOND + 4, *data = kind + 4;

	if (head[12] != 'I' || head[13] != 'H' || head[14] != 'D' || head[15] != 'R')
		return false;
	if (kind[0] == 'I' && kind[1] == 'D' && kind[2] == 'A' && kind[3] == 'T')
		return (data[0] & 15) == 8 && big(data) % 31 == 0 &&
		       deflate_at(bytes, length, PNG_SECOND + 8 + 2);
	return is_letter(kind[0]) && is_letter(kind[1]) && is_letter(kind[2]) && is_letter(kind[3]);
}

/* Whether the first segment bears its name, and another one follows it. */
INLINE bool is_jpeg(const u8 *head, u64 bytes, u64 length)
{
	u64 next = 4 + (u64)big(head + 4);
	u32 name = big(head + 6);
	u8 marker = 0xff;

	if (head[3] < 0xc0 || next < 6)
		return false;
	if (head[3] == 0xe0 && name != ('J' << 8 | 'F'))
		return false;
	if (head[3] == 0xe1 && name != ('E' << 8 | 'x') && name != ('h' << 8 | 't'))
		return false;
	if (next < length)
		bpf_probe_read_user(&marker, sizeof(marker), (const void *)(bytes + next));
	return marker == 0xff;
}

INLINE bool is_zstd(const u8 *head, u64 bytes)
{
	u32 flags = head[4], single = flags >> 5 & 1, sizes = flags >> 6, dictionary = flags & 3;
	u32 at = 5 + !single + (1 << dictionary >> 1) + (sizes ? 1 << sizes : single);
	u32 block;

	if (flags & 8)
		return false;
	if (bpf_probe_read_user(&block, sizeof(block), (const void *)(bytes + at)))
		return true;
	return (block >> 1 & 3) != 3 && (block >> 3 & 0x1fffff) <= ZSTD_BLOCK;
}

/* Three quarters of it are ASCII. */
INLINE bool is_text(const u64 *words)
{
	u32 above = 0;

	for (u32 i = 0; i < HEAD / sizeof(u64); i++)
		above += (words[i] >> 7 & EACH_BYTE) * EACH_BYTE >> 56;
	return above <= HEAD / 4;
}

/* The type of a file that begins with the bytes at an address in user space, of which the first
 * eight are `first`: none if the rest does not go with them. A few bytes are taken at their word. */
CHECKED_ONCE u32 format_of(u64 first, u64 bytes, u64 length)
{
	u32 row = magic_of(first);
	u64 words[HEAD / sizeof(u64)];
	const u8 *head = (const u8 *)words;
	bool holds = true;

	if (row >= MAGICS)
		return TYPE_NONE;
	if (length < sizeof(words) || magics[row].behind == BEHIND_ANY ||
	    bpf_probe_read_user(words, sizeof(words), (const void *)bytes))
		return magics[row].type;
	switch (magics[row].behind) {
	case BEHIND_GZIP:
		holds = is_gzip(head, bytes, length);
		break;
	case BEHIND_ZIP:
		holds = is_zip(head, bytes, length);
		break;
	case BEHIND_ZLIB:
		holds = deflate_at(bytes, length, 2);
		break;
	case BEHIND_PNG:
		holds = is_png(head, bytes, length);
		break;
	case BEHIND_JPEG:
		holds = is_jpeg(head, bytes, length);
		break;
	case BEHIND_ZSTD:
		holds = is_zstd(head, bytes);
		break;
	case BEHIND_TEXT:
		holds = is_text(words);
		break;
	}
	return holds ? magics[row].type : TYPE_NONE;
}
