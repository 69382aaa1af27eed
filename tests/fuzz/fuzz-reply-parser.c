/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Replies and what is left are the input, byte for byte; and any chunking gives the same replies. */

#include "fuzz.h"
#include "protocol/smtp-reply-parser.h"

/* The bytes of @reply are what comes next of the input. Notes what else there is to know of it. */
static size_t
take (SmtpReply     *reply,
      const uint8_t *data,
      GString       *seen)
{
  gsize length;
  const char *raw = smtp_reply_get_raw (reply, &length);

  g_assert_cmpmem (raw, length, data, length);
  g_string_append_printf (seen, "%u %x %zu:", smtp_reply_get_code (reply), smtp_reply_get_flaws (reply), length);
  for (guint i = 0; i < smtp_reply_get_n_lines (reply); i++)
    {
      gsize text_length;
      const char *text = smtp_reply_get_text (reply, i, &text_length);

      g_string_append_printf (seen, " %td+%zu", text - raw, text_length);
    }
  smtp_reply_unref (reply);

  return length;
}

static char *
run (const uint8_t *data,
     size_t         size,
     guint32       *seed)
{
  g_autoptr (SmtpReplyParser) parser = smtp_reply_parser_new (0);
  GString *seen = g_string_new (NULL);
  SmtpReply *reply;
  size_t n_replied = 0;

  for (size_t at = 0; at < size;)
    {
      gsize length;
      g_autofree char *piece = fuzz_piece (data + at, size - at, seed, &length);

      at += smtp_reply_parser_feed (parser, piece, length, &reply);
      if (reply != NULL)
        n_replied += take (reply, data + n_replied, seen);
      g_assert_cmpuint (n_replied + smtp_reply_parser_get_pending (parser, NULL), ==, at);
    }
  if ((reply = smtp_reply_parser_finish (parser)) != NULL)
    n_replied += take (reply, data + n_replied, seen);
  g_assert_cmpuint (n_replied, ==, size);

  return g_string_free (seen, FALSE);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  guint32 seed = fuzz_seed (data, size);
  g_autofree char *whole = run (data, size, NULL);
  g_autofree char *pieces = run (data, size, &seed);

  g_assert_cmpstr (whole, ==, pieces);

  return 0;
}
