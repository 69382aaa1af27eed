/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "exact.h"
#include "protocol/smtp-extensions.h"
#include "protocol/smtp-reply-parser.h"

static SmtpExtensions *
read_reply (const char *bytes,
            gsize       length)
{
  g_autoptr (SmtpReplyParser) parser = smtp_reply_parser_new (0);
  g_autoptr (SmtpReply) reply = NULL;
  char *copy = exact_copy (bytes, length);

  g_assert_cmpuint (smtp_reply_parser_feed (parser, copy, length, &reply), ==, length);
  free (copy);
  g_assert_nonnull (reply);

  return smtp_extensions_new (reply);
}

/* One keyword a line, parameters in brackets. */
static char *
describe (SmtpExtensions *extensions)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < smtp_extensions_get_n (extensions); i++)
    {
      const char *const *parameters = smtp_extensions_get_parameters (extensions, i);

      g_string_append_printf (text, "%s%s", i > 0 ? " | " : "", smtp_extensions_get_keyword (extensions, i));
      for (; *parameters != NULL; parameters++)
        g_string_append_printf (text, " [%s]", *parameters);
    }

  return g_string_free (text, FALSE);
}

static void
test_table (void)
{
  static const struct
  {
    const char *what;
    const char *reply;
    gsize       length;
    const char *keywords;
  } cases[] = {
    { "none", BYTES ("250 mx.example.test\r\n"), "" },
    { "none, but a name that looks like one", BYTES ("250 SIZE 1000\r\n"), "" },
    { "a few", BYTES ("250-mx\r\n250-SIZE 1000\r\n250-PIPELINING\r\n250 8BITMIME\r\n"),
      "SIZE [1000] | PIPELINING | 8BITMIME" },
    { "several parameters", BYTES ("250-mx\r\n250 AUTH LOGIN PLAIN CRAM-MD5\r\n"), "AUTH [LOGIN] [PLAIN] [CRAM-MD5]" },
    { "parameters with values", BYTES ("250-mx\r\n250 LIMITS MAILMAX=10 RCPTMAX=100\r\n"),
      "LIMITS [MAILMAX=10] [RCPTMAX=100]" },
    { "case is kept", BYTES ("250-mx\r\n250 StartTls\r\n"), "StartTls" },
    { "the old draft's form", BYTES ("250-mx\r\n250-AUTH=LOGIN PLAIN\r\n250 auth=PLAIN\r\n"),
      "AUTH [LOGIN] [PLAIN] | auth [PLAIN]" },
    { "the old draft's form without anything", BYTES ("250-mx\r\n250 AUTH=\r\n"), "AUTH" },
    { "only AUTH has it", BYTES ("250-mx\r\n250-X-EXPS=LOGIN\r\n250 SIZE=5\r\n"), "X-EXPS=LOGIN | SIZE=5" },
    { "both forms, and one twice", BYTES ("250-mx\r\n250-AUTH LOGIN\r\n250-AUTH=LOGIN\r\n250-SIZE\r\n250 SIZE\r\n"),
      "AUTH [LOGIN] | AUTH [LOGIN] | SIZE | SIZE" },
    { "unknown ones", BYTES ("250-mx\r\n250-XFOO bar\r\n250 X_Y-1\r\n"), "XFOO [bar] | X_Y-1" },
    { "spaces too many", BYTES ("250-mx\r\n250-  SIZE   1000  \r\n250 DSN \r\n"), "SIZE [1000] | DSN" },
    { "empty lines", BYTES ("250-mx\r\n250-\r\n250- \r\n250-SIZE\r\n250\r\n"), "SIZE" },
    { "bare LF", BYTES ("250-mx\n250-SIZE 1\n250 DSN\n"), "SIZE [1] | DSN" },
    { "another code inside", BYTES ("250-mx\r\n251-SIZE 1\r\n250 DSN\r\n"), "SIZE [1] | DSN" },
    { "a line without a code is none", BYTES ("250-mx\r\nSIZE 1\r\n2500 DSN\r\n250 HELP\r\n"), "HELP" },
    { "no separator", BYTES ("250-mx\r\n250SIZE 1\r\n"), "SIZE [1]" },
    { "control characters", BYTES ("250-mx\r\n250-SI\0ZE\t1\r\n250 \033[31mDSN\r\n"),
      "SI\\x00ZE\\x091 | \\x1B[31mDSN" },
    { "8-bit and bidi", BYTES ("250-mx\r\n250-\xe4 \xc3\xa4\r\n250 \xe2\x80\xae" "DSN\r\n"),
      "\\xE4 [ä] | \\u{202E}DSN" },
    { "a bare CR", BYTES ("250-mx\r\n250 SIZE\r1\r\n"), "SIZE\\x0D1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SmtpExtensions) extensions = read_reply (cases[i].reply, cases[i].length);
      g_autofree char *keywords = describe (extensions);

      g_test_message ("%s", cases[i].what);
      g_assert_cmpstr (keywords, ==, cases[i].keywords);
      g_assert_cmpuint (smtp_extensions_get_n_ignored (extensions), ==, 0);
    }
}

static void
test_lookup (void)
{
  static const struct
  {
    const char *keyword;
    const char *parameters; /* NULL: not there */
  } cases[] = {
    { "SIZE", "1000" }, { "size", "1000" }, { "Size", "1000" }, { "AUTH", "LOGIN,PLAIN" }, { "auth", "LOGIN,PLAIN" },
    { "dsn", "" }, { "mx", NULL }, { "", NULL }, { "SIZ", NULL }, { "SIZE 1000", NULL }, { "LOGIN", NULL },
    { "STARTTLS", NULL },
  };
  g_autoptr (SmtpExtensions) extensions =
    read_reply (BYTES ("250-mx\r\n250-Size 1000\r\n250-AUTH=LOGIN PLAIN\r\n250-SIZE 2\r\n250-AUTH X\r\n250 DSN\r\n"));

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const *parameters = smtp_extensions_lookup (extensions, cases[i].keyword);
      g_autofree char *joined = parameters != NULL ? g_strjoinv (",", (char **) parameters) : NULL;

      g_test_message ("'%s'", cases[i].keyword);
      g_assert_cmpstr (joined, ==, cases[i].parameters);
    }
}

/* A reply of @n lines behind the first; every @empty_every-th of them is empty (0: none). */
static SmtpExtensions *
read_many (guint n,
           guint empty_every)
{
  g_autoptr (GString) text = g_string_new ("250-mx\r\n");

  for (guint i = 1; i <= n; i++)
    {
      g_string_append (text, i < n ? "250-" : "250 ");
      if (empty_every == 0 || i % empty_every != 0)
        g_string_append_printf (text, "X%u", i);
      g_string_append (text, "\r\n");
    }

  return read_reply (text->str, text->len);
}

static void
test_many (void)
{
  static const struct
  {
    const char *what;
    guint       n;
    guint       empty_every;
    guint       n_kept;
    guint       n_ignored;
  } cases[] = {
    { "one under", 999, 0, 999, 0 },
    { "a thousand", 1000, 0, 1000, 0 },
    { "one over", 1001, 0, 1000, 1 },
    { "a hundred thousand", 100000, 0, 1000, 99000 },
    { "empty lines are none, and all was read", 1500, 2, 750, 0 },
    { "empty lines among too many", 3000, 2, 1000, 1001 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SmtpExtensions) extensions = read_many (cases[i].n, cases[i].empty_every);

      g_test_message ("%s", cases[i].what);
      g_assert_cmpuint (smtp_extensions_get_n (extensions), ==, cases[i].n_kept);
      g_assert_cmpuint (smtp_extensions_get_n_ignored (extensions), ==, cases[i].n_ignored);
      g_assert_nonnull (smtp_extensions_lookup (extensions, "x1"));
    }
}

/* A line is cut at 1024 bytes, wherever that is. */
static void
test_long_line (void)
{
  for (guint odd = 0; odd < 4; odd++)
    {
      g_autoptr (GString) text = g_string_new ("250-mx\r\n250-SIZE ");
      g_autoptr (SmtpExtensions) extensions = NULL;
      const char *const *parameters;

      for (guint i = 0; i < odd; i++)
        g_string_append_c (text, '1');
      for (guint i = 0; i < 1000; i++)
        g_string_append (text, "\xe2\x82\xac");
      g_string_append (text, "\r\n250 DSN\r\n");
      extensions = read_reply (text->str, text->len);

      parameters = smtp_extensions_lookup (extensions, "SIZE");
      g_assert_cmpuint (g_strv_length ((char **) parameters), ==, 1);
      g_assert_true (g_utf8_validate (parameters[0], -1, NULL));
      g_assert_cmpuint (strlen (parameters[0]), >=, 1024 - 5);
      g_assert_cmpuint (strlen (parameters[0]), <, 1024 + 16);
      g_assert_nonnull (smtp_extensions_lookup (extensions, "DSN"));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/extensions/table", test_table);
  g_test_add_func ("/extensions/lookup", test_lookup);
  g_test_add_func ("/extensions/many", test_many);
  g_test_add_func ("/extensions/long-line", test_long_line);

  return g_test_run ();
}
