/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Whatever a server answers to EHLO, keywords and parameters are words that can be shown. */

#include "fuzz.h"
#include "protocol/smtp-extensions.h"
#include "protocol/smtp-reply-parser.h"

static void
check_word (const char *word)
{
  g_assert_true (*word != '\0' && strchr (word, ' ') == NULL);
  g_assert_true (g_utf8_validate (word, -1, NULL));
  for (; *word != '\0'; word = g_utf8_next_char (word))
    g_assert_true (g_unichar_isprint (g_utf8_get_char (word)));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (SmtpReplyParser) parser = smtp_reply_parser_new (0);
  g_autoptr (SmtpReply) reply = NULL;
  g_autoptr (SmtpExtensions) extensions = NULL;

  smtp_reply_parser_feed (parser, (const char *) data, size, &reply);
  if (reply == NULL)
    reply = smtp_reply_parser_finish (parser);
  if (reply == NULL)
    return 0;

  extensions = smtp_extensions_new (reply);
  g_assert_cmpuint (smtp_extensions_get_n (extensions) + smtp_extensions_get_n_ignored (extensions), <,
                    smtp_reply_get_n_lines (reply));
  for (guint i = 0; i < smtp_extensions_get_n (extensions); i++)
    {
      const char *keyword = smtp_extensions_get_keyword (extensions, i);

      check_word (keyword);
      for (const char *const *at = smtp_extensions_get_parameters (extensions, i); *at != NULL; at++)
        check_word (*at);
      if (i < 10)
        g_assert_nonnull (smtp_extensions_lookup (extensions, keyword));
    }

  return 0;
}
