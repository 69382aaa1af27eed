/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be asked of a reply; how it is made is tested in test-reply-parser.c. */

#include "exact.h"
#include "protocol/smtp-reply-parser.h"

/* Of the bytes of one reply, whole or not. */
static SmtpReply *
parse (const char *bytes,
       gsize       length)
{
  g_autoptr (SmtpReplyParser) parser = smtp_reply_parser_new (0);
  char *copy = exact_copy (bytes, length);
  SmtpReply *reply;

  g_assert_cmpuint (smtp_reply_parser_feed (parser, copy, length, &reply), ==, length);
  free (copy);

  return reply != NULL ? reply : smtp_reply_parser_finish (parser);
}

static void
test_class (void)
{
  static const struct
  {
    const char     *line;
    SmtpReplyClass  klass;
    const char     *id;
  } cases[] = {
    { "250 x\r\n", SMTP_REPLY_CLASS_SUCCESS, "success" },
    { "299 x\r\n", SMTP_REPLY_CLASS_SUCCESS, "success" },
    { "354 x\r\n", SMTP_REPLY_CLASS_CONTINUE, "continue" },
    { "421 x\r\n", SMTP_REPLY_CLASS_TEMPORARY, "temporary" },
    { "550 x\r\n", SMTP_REPLY_CLASS_PERMANENT, "permanent" },
    { "150 x\r\n", SMTP_REPLY_CLASS_INVALID, "invalid" },
    { "600 x\r\n", SMTP_REPLY_CLASS_INVALID, "invalid" },
    { "999 x\r\n", SMTP_REPLY_CLASS_INVALID, "invalid" },
    { "000 x\r\n", SMTP_REPLY_CLASS_INVALID, "invalid" },
    { "x\r\n", SMTP_REPLY_CLASS_INVALID, "invalid" },
    { "250-x\r\n550 x\r\n", SMTP_REPLY_CLASS_PERMANENT, "permanent" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SmtpReply) reply = parse (cases[i].line, strlen (cases[i].line));

      g_test_message ("%s", cases[i].line);
      g_assert_cmpint (smtp_reply_get_class (reply), ==, cases[i].klass);
      g_assert_cmpstr (smtp_reply_class_to_id (smtp_reply_get_class (reply)), ==, cases[i].id);
    }
}

/* RFC 2034 section 4: in replies of 2yz, 4yz and 5yz only; RFC 3463 section 2: numbers of one to three digits
 * without zeros in front. */
static void
test_enhanced (void)
{
  static const struct
  {
    const char *reply;
    const char *enhanced; /* NULL: none */
    gboolean    clash;
  } cases[] = {
    { "250 2.1.5 Ok\r\n", "2.1.5", FALSE },
    { "250 2.1.5\r\n", "2.1.5", FALSE },
    { "250 2.1.5 \r\n", "2.1.5", FALSE },
    { "250 2.1.5\tOk\r\n", "2.1.5", FALSE },
    { "250 2.0.0 Ok\n", "2.0.0", FALSE },
    { "421 4.3.2 x\r\n", "4.3.2", FALSE },
    { "550 5.7.999 x\r\n", "5.7.999", FALSE },
    { "550 5.999.999 x\r\n", "5.999.999", FALSE },
    { "550 5.10.100 x\r\n", "5.10.100", FALSE },
    { "550 5.1.1000 x\r\n", NULL, FALSE },
    { "550 5.1000.1 x\r\n", NULL, FALSE },
    { "550 5.01.1 x\r\n", NULL, FALSE },
    { "550 5.1.01 x\r\n", NULL, FALSE },
    { "550 5.00.0 x\r\n", NULL, FALSE },
    { "550 05.1.1 x\r\n", NULL, FALSE },
    { "550 55.1.1 x\r\n", NULL, FALSE },
    { "550 5.1 x\r\n", NULL, FALSE },
    { "550 5.1. x\r\n", NULL, FALSE },
    { "550 5..1 x\r\n", NULL, FALSE },
    { "550 5.1.1.1 x\r\n", NULL, FALSE },
    { "550 5.1.1x\r\n", NULL, FALSE },
    { "550 5.1.1: x\r\n", NULL, FALSE },
    { "550  5.1.1 x\r\n", NULL, FALSE },
    { "550 #5.1.1 x\r\n", NULL, FALSE },
    { "550 x 5.1.1\r\n", NULL, FALSE },
    { "550 -5.1.1 x\r\n", NULL, FALSE },
    { "550 5.1.-1 x\r\n", NULL, FALSE },
    { "550 3.1.1 x\r\n", NULL, FALSE },
    { "550 1.1.1 x\r\n", NULL, FALSE },
    { "550 5.1.1\r\n", "5.1.1", FALSE },
    { "550 5.\r\n", NULL, FALSE },
    { "550 5\r\n", NULL, FALSE },
    { "550\r\n", NULL, FALSE },
    { "550 4.1.1 x\r\n", "4.1.1", TRUE },
    { "450 5.1.1 x\r\n", "5.1.1", TRUE },
    { "250 5.1.1 x\r\n", "5.1.1", TRUE },
    { "550 2.1.5 x\r\n", "2.1.5", TRUE },
    { "354 2.0.0 go on\r\n", NULL, FALSE },
    { "334 5.7.0 x\r\n", NULL, FALSE },
    { "150 5.1.1 x\r\n", NULL, FALSE },
    { "650 5.1.1 x\r\n", NULL, FALSE },
    { "5.1.1 x\r\n", NULL, FALSE },
    { "550-5.1.1 a\r\n550 5.1.1 b\r\n", "5.1.1", FALSE },
    { "550-5.1.1 a\r\n550 b\r\n", "5.1.1", FALSE },
    { "550-a\r\n550 5.1.1 b\r\n", "5.1.1", FALSE },
    { "550-5.1.1 a\r\n550 5.1.2 b\r\n", "5.1.2", FALSE },
    { "550-4.1.1 a\r\n550 b\r\n", "4.1.1", TRUE },
    { "550-5.1.1 a\r\nb\r\n550 c\r\n", "5.1.1", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SmtpReply) reply = parse (cases[i].reply, strlen (cases[i].reply));
      SmtpEnhancedCode enhanced = { 9, 9, 9 };
      gboolean found = smtp_reply_get_enhanced (reply, &enhanced);
      g_autofree char *shown = smtp_enhanced_code_to_string (&enhanced);

      g_test_message ("%s", cases[i].reply);
      g_assert_cmpint (found, ==, cases[i].enhanced != NULL);
      g_assert_cmpstr (shown, ==, found ? cases[i].enhanced : "9.9.9");
      g_assert_cmpint ((smtp_reply_get_flaws (reply) & SMTP_REPLY_FLAW_ENHANCED_CLASH) != 0, ==, cases[i].clash);
    }
}

static void
test_lines (void)
{
  static const struct
  {
    const char *what;
    const char *bytes;
    gsize       length;
    const char *lines; /* line and text, each with bars around it */
  } cases[] = {
    { "one", BYTES ("250 a b\r\n"), "|250 a b|a b|" },
    { "two", BYTES ("250-a\r\n250 b\r\n"), "|250-a|a||250 b|b|" },
    { "only a code", BYTES ("250\r\n"), "|250||" },
    { "code and separator", BYTES ("250-\r\n250 \r\n"), "|250-|||250 ||" },
    { "spaces are text", BYTES ("250  a \r\n"), "|250  a | a |" },
    { "a tab as separator", BYTES ("250\ta\r\n"), "|250\ta|a|" },
    { "no separator", BYTES ("250a\r\n"), "|250a|a|" },
    { "no code", BYTES ("hello\r\n"), "|hello|hello|" },
    { "four digits are no code", BYTES ("2500 a\r\n"), "|2500 a|2500 a|" },
    { "two digits are no code", BYTES ("25\r\n"), "|25|25|" },
    { "an empty line", BYTES ("\r\n"), "|||" },
    { "LF only", BYTES ("250-a\n250 b\n"), "|250-a|a||250 b|b|" },
    { "LF only, and nothing", BYTES ("\n"), "|||" },
    { "CR CR LF: one CR is text", BYTES ("250 a\r\r\n"), "|250 a\r|a\r|" },
    { "CR inside", BYTES ("250 a\rb\r\n"), "|250 a\rb|a\rb|" },
    { "no end", BYTES ("250 a"), "|250 a|a|" },
    { "half an end", BYTES ("250 a\r"), "|250 a\r|a\r|" },
    { "only half an end", BYTES ("\r"), "|\r|\r|" },
    { "a last line without end", BYTES ("250-a\r\n250"), "|250-a|a||250||" },
    { "a line without a code inside", BYTES ("250-a\r\nb\r\n\r\n250 c\r\n"), "|250-a|a||b|b|||||250 c|c|" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SmtpReply) reply = parse (cases[i].bytes, cases[i].length);
      g_autoptr (GString) shown = g_string_new (NULL);

      for (guint line = 0; line < smtp_reply_get_n_lines (reply); line++)
        {
          gsize length;
          const char *bytes = smtp_reply_get_line (reply, line, &length);

          g_string_append_printf (shown, "|%.*s|", (int) length, bytes);
          bytes = smtp_reply_get_text (reply, line, &length);
          g_string_append_printf (shown, "%.*s|", (int) length, bytes);
        }
      g_test_message ("%s", cases[i].what);
      g_assert_cmpstr (shown->str, ==, cases[i].lines);
    }
}

static void
test_nul (void)
{
  g_autoptr (SmtpReply) reply = parse (BYTES ("250 a\0b\r\n"));
  gsize length;
  const char *text = smtp_reply_get_text (reply, 0, &length);

  g_assert_cmpmem (text, length, "a\0b", 3);
}

static void
test_flaw_ids (void)
{
  static const char *const ids[] = {
    "no-code", "bad-code", "bad-separator", "mixed-codes", "bare-lf", "bare-cr", "nul", "control-character",
    "eight-bit", "invalid-utf8", "long-line", "incomplete", "too-large", "enhanced-class-clash",
  };

  g_assert_cmpuint (G_N_ELEMENTS (ids), ==, SMTP_REPLY_N_FLAWS);
  g_assert_cmpint (1 << (SMTP_REPLY_N_FLAWS - 1), ==, SMTP_REPLY_FLAW_ENHANCED_CLASH);
  for (guint i = 0; i < SMTP_REPLY_N_FLAWS; i++)
    g_assert_cmpstr (smtp_reply_flaw_to_id ((SmtpReplyFlaws) (1 << i)), ==, ids[i]);
}

static void
test_shared (void)
{
  SmtpReply *reply = parse (BYTES ("250-a\r\n250 b\r\n"));
  SmtpReply *again = smtp_reply_ref (reply);
  gsize length;
  const char *raw;

  g_assert_true (again == reply);
  smtp_reply_unref (reply);
  raw = smtp_reply_get_raw (again, &length);
  g_assert_cmpmem (raw, length, "250-a\r\n250 b\r\n", 14);
  smtp_reply_unref (again);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/reply/class", test_class);
  g_test_add_func ("/reply/enhanced", test_enhanced);
  g_test_add_func ("/reply/lines", test_lines);
  g_test_add_func ("/reply/nul", test_nul);
  g_test_add_func ("/reply/flaw-ids", test_flaw_ids);
  g_test_add_func ("/reply/shared", test_shared);

  return g_test_run ();
}
