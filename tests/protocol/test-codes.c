/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "protocol/smtp-codes.h"

/* From RFC 5321 section 4.3.2, with 521 and 556 of RFC 7504 and 530 of RFC 4954 section 6: that one for "any
 * command other than AUTH, EHLO, HELO, NOOP, RSET, or QUIT". 421, 500 and 501 may answer anything. STARTTLS is from
 * RFC 3207 section 4, with 502 and 503 for servers that do not have it, or not now. */
static const struct
{
  SmtpVerb    verb;
  const char *what;
  const char *codes;
  const char *section;
} cases[] = {
  { SMTP_VERB_CONNECT, "greeting", "220 421 500 501 521 554", "RFC 5321 3.1" },
  { SMTP_VERB_EHLO, "EHLO", "250 421 500 501 502 504 550", "RFC 5321 4.1.1.1" },
  { SMTP_VERB_HELO, "HELO", "250 421 500 501 502 504 550", "RFC 5321 4.1.1.1" },
  { SMTP_VERB_STARTTLS, "STARTTLS", "220 421 454 500 501 502 503", "RFC 3207 4" },
  { SMTP_VERB_MAIL, "MAIL", "250 421 451 452 455 500 501 503 530 550 552 553 555", "RFC 5321 4.1.1.2" },
  { SMTP_VERB_RCPT, "RCPT", "250 251 421 450 451 452 455 500 501 503 530 550 551 552 553 555 556",
    "RFC 5321 4.1.1.3" },
  { SMTP_VERB_DATA, "DATA", "354 421 450 451 500 501 503 530 550 554", "RFC 5321 4.1.1.4" },
  { SMTP_VERB_CONTENT, "final dot", "250 421 450 451 452 500 501 550 552 554", "RFC 5321 4.1.1.4" },
  { SMTP_VERB_RSET, "RSET", "250 421 500 501", "RFC 5321 4.1.1.5" },
  { SMTP_VERB_NOOP, "NOOP", "250 421 500 501", "RFC 5321 4.1.1.9" },
  { SMTP_VERB_QUIT, "QUIT", "221 421 500 501", "RFC 5321 4.1.1.10" },
  { SMTP_VERB_VRFY, "VRFY", "250 251 252 421 500 501 502 504 530 550 551 553", "RFC 5321 4.1.1.6" },
  { SMTP_VERB_EXPN, "EXPN", "250 252 421 500 501 502 504 530 550", "RFC 5321 4.1.1.7" },
  { SMTP_VERB_HELP, "HELP", "211 214 421 500 501 502 504 530", "RFC 5321 4.1.1.8" },
  { SMTP_VERB_OTHER, "another command", "421 500 501", "RFC 5321 4.2.4" },
};

static void
test_expected (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (cases), ==, SMTP_VERB_OTHER + 1);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) found = g_string_new (NULL);

      for (guint code = 0; code <= 1000; code++)
        {
          if (smtp_codes_is_expected (cases[i].verb, code))
            g_string_append_printf (found, "%s%u", found->len > 0 ? " " : "", code);
        }
      g_test_message ("%s: %s", cases[i].what, found->str);
      g_assert_cmpstr (found->str, ==, cases[i].codes);
    }
}

static void
test_section (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].what);
      g_assert_cmpstr (smtp_codes_get_section (cases[i].verb), ==, cases[i].section);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codes/expected", test_expected);
  g_test_add_func ("/codes/section", test_section);

  return g_test_run ();
}
