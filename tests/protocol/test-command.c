/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "exact.h"
#include "protocol/smtp-command.h"

/* The wire is @line and the one CRLF; what is shown is @line. */
static void
check_command (SmtpCommand *command,
               SmtpVerb     verb,
               const char  *line)
{
  gsize line_length = strlen (line);
  gsize length;
  const char *wire = smtp_command_get_wire (command, &length);
  const char *shown;

  g_assert_cmpuint (length, ==, line_length + 2);
  g_assert_cmpmem (wire, length - 2, line, line_length);
  g_assert_cmpmem (wire + length - 2, 2, "\r\n", 2);
  g_assert_null (memchr (wire, '\r', length - 2));
  g_assert_null (memchr (wire, '\n', length - 2));

  shown = smtp_command_get_shown (command, &length);
  g_assert_cmpmem (shown, length, line, line_length);
  g_assert_cmpint (smtp_command_get_verb (command), ==, verb);
}

static void
test_wire (void)
{
  static const struct
  {
    SmtpVerb    verb;
    const char *argument;
    const char *line;
  } cases[] = {
    { SMTP_VERB_EHLO, "pc.example.org", "EHLO pc.example.org" },
    { SMTP_VERB_EHLO, "[IPv6:2001:db8::1]", "EHLO [IPv6:2001:db8::1]" },
    { SMTP_VERB_HELO, "pc.example.org", "HELO pc.example.org" },
    { SMTP_VERB_STARTTLS, NULL, "STARTTLS" },
    { SMTP_VERB_MAIL, "FROM:<>", "MAIL FROM:<>" },
    { SMTP_VERB_MAIL, "FROM:<a@example.test> SIZE=1000", "MAIL FROM:<a@example.test> SIZE=1000" },
    { SMTP_VERB_RCPT, "TO:<\"a b\"@example.test>", "RCPT TO:<\"a b\"@example.test>" },
    { SMTP_VERB_DATA, NULL, "DATA" },
    { SMTP_VERB_RSET, NULL, "RSET" },
    { SMTP_VERB_NOOP, NULL, "NOOP" },
    { SMTP_VERB_NOOP, "anything ~!", "NOOP anything ~!" },
    { SMTP_VERB_QUIT, NULL, "QUIT" },
    { SMTP_VERB_VRFY, "postmaster", "VRFY postmaster" },
    { SMTP_VERB_EXPN, "list", "EXPN list" },
    { SMTP_VERB_HELP, NULL, "HELP" },
    { SMTP_VERB_HELP, "MAIL", "HELP MAIL" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SmtpCommand) command = smtp_command_new (cases[i].verb, cases[i].argument, &error);

      g_test_message ("%s", cases[i].line);
      g_assert_no_error (error);
      check_command (command, cases[i].verb, cases[i].line);
    }
}

/* However long an argument is, the command is one line of it. */
static void
test_long (void)
{
  for (gsize length = 1; length < 100000; length = length * 3 + 1)
    {
      g_autofree char *argument = g_strnfill (length, 'x');
      g_autofree char *line = g_strconcat ("NOOP ", argument, NULL);
      g_autoptr (SmtpCommand) command = smtp_command_new (SMTP_VERB_NOOP, argument, NULL);
      g_autoptr (SmtpCommand) typed = smtp_command_new_line (line, NULL);

      check_command (command, SMTP_VERB_NOOP, line);
      check_command (typed, SMTP_VERB_NOOP, line);
    }
}

static void
test_needs_argument (void)
{
  static const SmtpVerb verbs[] = {
    SMTP_VERB_EHLO, SMTP_VERB_HELO, SMTP_VERB_MAIL, SMTP_VERB_RCPT, SMTP_VERB_VRFY, SMTP_VERB_EXPN,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      g_autoptr (GError) none = NULL;
      g_autoptr (GError) empty = NULL;

      g_assert_null (smtp_command_new (verbs[i], NULL, &none));
      g_assert_error (none, SMTP_COMMAND_ERROR, SMTP_COMMAND_ERROR_EMPTY);
      g_assert_null (smtp_command_new (verbs[i], "", &empty));
      g_assert_error (empty, SMTP_COMMAND_ERROR, SMTP_COMMAND_ERROR_EMPTY);
    }
}

/* Each byte at the start, in the middle and at the end of an argument and of a line. */
static void
test_refused (void)
{
  for (guint byte = 1; byte < 0x100; byte++)
    {
      gboolean control = byte < 0x20 || byte == 0x7f;
      int code = control ? SMTP_COMMAND_ERROR_CONTROL : SMTP_COMMAND_ERROR_NOT_ASCII;

      for (gsize at = 0; at < 3; at++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (GError) line_error = NULL;
          char *argument = exact_copy ("abc", 4);
          g_autoptr (SmtpCommand) command = NULL;
          g_autoptr (SmtpCommand) typed = NULL;

          argument[at] = (char) byte;
          command = smtp_command_new (SMTP_VERB_RCPT, argument, &error);
          typed = smtp_command_new_line (argument, &line_error);
          free (argument);

          if (!control && byte < 0x80)
            {
              g_assert_nonnull (command);
              g_assert_nonnull (typed);
              continue;
            }
          g_assert_null (command);
          g_assert_null (typed);
          g_assert_error (error, SMTP_COMMAND_ERROR, code);
          g_assert_error (line_error, SMTP_COMMAND_ERROR, code);
        }
    }
}

static void
test_injection (void)
{
  static const struct
  {
    const char *what;
    const char *text;
    int         code;
  } cases[] = {
    { "CRLF and another command", "TO:<a@b>\r\nDATA", SMTP_COMMAND_ERROR_CONTROL },
    { "LF alone", "TO:<a@b>\nDATA", SMTP_COMMAND_ERROR_CONTROL },
    { "CR alone", "TO:<a@b>\rDATA", SMTP_COMMAND_ERROR_CONTROL },
    { "a line end at the end", "TO:<a@b>\r\n", SMTP_COMMAND_ERROR_CONTROL },
    { "a tab", "TO:<a@b>\tX", SMTP_COMMAND_ERROR_CONTROL },
    { "letters in UTF-8", "TO:<gr\xc3\xbc\xc3\x9f@b>", SMTP_COMMAND_ERROR_NOT_ASCII },
    { "a C1 control character is not ASCII", "TO:\xc2\x85", SMTP_COMMAND_ERROR_NOT_ASCII },
    { "the first that is wrong counts", "\xff\n", SMTP_COMMAND_ERROR_NOT_ASCII },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) line_error = NULL;

      g_test_message ("%s", cases[i].what);
      g_assert_null (smtp_command_new (SMTP_VERB_RCPT, cases[i].text, &error));
      g_assert_error (error, SMTP_COMMAND_ERROR, cases[i].code);
      g_assert_null (smtp_command_new_line (cases[i].text, &line_error));
      g_assert_error (line_error, SMTP_COMMAND_ERROR, cases[i].code);
    }
}

/* A NUL ends a string here; what stands behind it never gets to the wire. */
static void
test_nul (void)
{
  char *text = exact_copy ("TO:<a@b>\0\r\nDATA", 16);
  g_autoptr (SmtpCommand) command = smtp_command_new (SMTP_VERB_RCPT, text, NULL);
  g_autoptr (SmtpCommand) typed = smtp_command_new_line (text, NULL);

  free (text);
  check_command (command, SMTP_VERB_RCPT, "RCPT TO:<a@b>");
  check_command (typed, SMTP_VERB_OTHER, "TO:<a@b>");
}

static void
test_line (void)
{
  static const struct
  {
    const char *line;
    SmtpVerb    verb;
  } cases[] = {
    { "EHLO pc.example.org", SMTP_VERB_EHLO },
    { "helo pc.example.org", SMTP_VERB_HELO },
    { "Mail From:<>", SMTP_VERB_MAIL },
    { "RCPT TO:<a@example.test>", SMTP_VERB_RCPT },
    { "DATA", SMTP_VERB_DATA },
    { "rset", SMTP_VERB_RSET },
    { "NOOP ", SMTP_VERB_NOOP },
    { "QUIT", SMTP_VERB_QUIT },
    { "vrfy x", SMTP_VERB_VRFY },
    { "expn x", SMTP_VERB_EXPN },
    { "help", SMTP_VERB_HELP },
    { "QUITS", SMTP_VERB_OTHER },
    { "QUI", SMTP_VERB_OTHER },
    { "MAIL:x", SMTP_VERB_OTHER },
    { " QUIT", SMTP_VERB_OTHER },
    { " ", SMTP_VERB_OTHER },
    { ".", SMTP_VERB_OTHER },
    { "starttls", SMTP_VERB_STARTTLS },
    { "STARTTL", SMTP_VERB_OTHER },
    { "XCLIENT NAME=x", SMTP_VERB_OTHER },
  };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char *line = exact_copy (cases[i].line, strlen (cases[i].line) + 1);
      g_autoptr (SmtpCommand) command = smtp_command_new_line (line, NULL);

      g_test_message ("'%s'", cases[i].line);
      free (line);
      check_command (command, cases[i].verb, cases[i].line);
    }

  g_assert_null (smtp_command_new_line ("", &error));
  g_assert_error (error, SMTP_COMMAND_ERROR, SMTP_COMMAND_ERROR_EMPTY);
}

static void
test_words (void)
{
  static const char *const words[] = {
    "", "EHLO", "HELO", "STARTTLS", "MAIL", "RCPT", "DATA", "", "RSET", "NOOP", "QUIT", "VRFY", "EXPN", "HELP", "",
  };

  g_assert_cmpuint (G_N_ELEMENTS (words), ==, SMTP_VERB_OTHER + 1);
  for (SmtpVerb verb = 0; verb <= SMTP_VERB_OTHER; verb++)
    g_assert_cmpstr (smtp_verb_to_string (verb), ==, words[verb]);
}

static void
test_shared (void)
{
  SmtpCommand *command = smtp_command_new (SMTP_VERB_QUIT, NULL, NULL);
  SmtpCommand *again = smtp_command_ref (command);

  g_assert_true (again == command);
  smtp_command_unref (command);
  check_command (again, SMTP_VERB_QUIT, "QUIT");
  smtp_command_unref (again);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/command/wire", test_wire);
  g_test_add_func ("/command/long", test_long);
  g_test_add_func ("/command/needs-argument", test_needs_argument);
  g_test_add_func ("/command/refused", test_refused);
  g_test_add_func ("/command/injection", test_injection);
  g_test_add_func ("/command/nul", test_nul);
  g_test_add_func ("/command/line", test_line);
  g_test_add_func ("/command/words", test_words);
  g_test_add_func ("/command/shared", test_shared);

  return g_test_run ();
}
