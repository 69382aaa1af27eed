/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Whatever the text, what goes out are lines that end in CRLF and none of them is a dot alone; and any chunking
 * gives the same. */

#include "fuzz.h"
#include "protocol/smtp-content.h"

static GByteArray *
run (const uint8_t *data,
     size_t         size,
     guint32       *seed,
     SmtpContent   *content)
{
  GByteArray *out = g_byte_array_new ();

  for (size_t at = 0; at < size;)
    {
      gsize length;
      g_autofree char *piece = fuzz_piece (data + at, size - at, seed, &length);

      smtp_content_push (content, piece, length, out);
      at += length;
    }
  smtp_content_finish (content, out);

  return out;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  SmtpContent content = SMTP_CONTENT_INIT;
  SmtpContent again = SMTP_CONTENT_INIT;
  guint32 seed = fuzz_seed (data, size);
  g_autoptr (GByteArray) whole = run (data, size, NULL, &content);
  g_autoptr (GByteArray) pieces = run (data, size, &seed, &again);
  guint64 n_lines = 0;

  g_assert_cmpmem (whole->data, whole->len, pieces->data, pieces->len);
  g_assert_true (memcmp (&content, &again, sizeof content) == 0);

  for (guint i = 0, start = 0; i < whole->len; i++)
    {
      g_assert_true ((whole->data[i] == '\n') == (i > 0 && whole->data[i - 1] == '\r'));
      if (whole->data[i] != '\n')
        continue;
      g_assert_true (whole->data[start] != '.' || whole->data[start + 1] == '.');
      start = i + 1;
      n_lines++;
    }
  g_assert_true (whole->len == 0 || whole->data[whole->len - 1] == '\n');
  g_assert_cmpuint (content.n_lines, ==, n_lines);
  g_assert_cmpuint (content.n_bytes, ==, size);

  return 0;
}
