/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "protocol/smtp-bytes.h"

#include <string.h>

#define BLOCK 16

/* GCC and Clang make this one instruction a line wherever the processor can. */
typedef guint8 Block __attribute__ ((vector_size (BLOCK)));

/* Whether all bytes of a block are printable ASCII. */
static inline gboolean
block_is_plain (const char *at)
{
  Block block;
  guint64 others[BLOCK / sizeof (guint64)];

  memcpy (&block, at, BLOCK);
  block = (Block) (block - 0x20 > 0x7e - 0x20);
  memcpy (others, &block, BLOCK);

  return (others[0] | others[1]) == 0;
}

/* Whether a character may be shown as it is: not if it moves, hides or reorders what is around it, or has
 * no agreed look. */
static gboolean
is_showable (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return FALSE;
    default:
      return TRUE;
    }
}

static void
append_hex_byte (GString *out,
                 guchar   byte)
{
  static const char digits[] = "0123456789ABCDEF";
  const char escape[4] = { '\\', 'x', digits[byte >> 4], digits[byte & 15] };

  g_string_append_len (out, escape, sizeof escape);
}

/* Appends one thing that is not printable ASCII. Returns how many bytes it took. */
static gsize
append_other (GString    *out,
              const char *at,
              gsize       left)
{
  gunichar c;

  if ((guchar) *at < 0x80)
    {
      append_hex_byte (out, (guchar) *at);
      return 1;
    }

  c = g_utf8_get_char_validated (at, (gssize) left);
  if (c == (gunichar) -1 || c == (gunichar) -2)
    {
      append_hex_byte (out, (guchar) *at);
      return 1;
    }

  if (is_showable (c))
    g_string_append_unichar (out, c);
  else
    g_string_append_printf (out, "\\u{%X}", c);

  return (gsize) (g_utf8_next_char (at) - at);
}

/**
 * smtp_bytes_skip_plain:
 * @at: where to begin
 * @end: where to stop at the latest
 *
 * Looks for the end of a run of printable ASCII, many bytes at a time.
 *
 * Returns: the first byte that is something else, or @end
 */
const char *
smtp_bytes_skip_plain (const char *at,
                       const char *end)
{
  while (end - at >= BLOCK && block_is_plain (at))
    at += BLOCK;

  while (at < end && *at >= 0x20 && *at < 0x7f)
    at++;

  return at;
}

/**
 * smtp_bytes_append_escaped:
 * @out: where to append
 * @bytes: (array length=length): any bytes
 * @length: how many
 *
 * Appends @bytes for a person to read: printable UTF-8 as it is; control characters and bytes that are not
 * UTF-8 as \xHH; other characters that would hide or reorder text as \u{…}.
 */
void
smtp_bytes_append_escaped (GString    *out,
                           const char *bytes,
                           gsize       length)
{
  const char *end = bytes + length;
  const char *at = bytes;

  while (at < end)
    {
      const char *run = at;

      at = smtp_bytes_skip_plain (at, end);
      if (at > run)
        g_string_append_len (out, run, at - run);
      if (at < end)
        at += append_other (out, at, (gsize) (end - at));
    }
}

/**
 * smtp_bytes_escape:
 * @bytes: (array length=length): any bytes
 * @length: how many
 * @max_bytes: how many to show at the most, 0 for all
 *
 * As smtp_bytes_append_escaped(). What is longer than @max_bytes is cut, and the whole length said.
 *
 * Returns: (transfer full): text to show
 */
char *
smtp_bytes_escape (const char *bytes,
                   gsize       length,
                   gsize       max_bytes)
{
  GString *out = g_string_sized_new (MIN (length, 4096));
  gsize shown = length;

  if (max_bytes > 0 && length > max_bytes)
    {
      /* Not in the middle of a character. */
      shown = max_bytes;
      while (shown > 0 && max_bytes - shown < 4 && ((guchar) bytes[shown] & 0xc0) == 0x80)
        shown--;
    }

  smtp_bytes_append_escaped (out, bytes, shown);
  if (shown < length)
    g_string_append_printf (out, "… (%" G_GSIZE_FORMAT " bytes)", length);

  return g_string_free (out, FALSE);
}
