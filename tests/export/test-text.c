/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The text export: a whole run to the letter, the badge of every way a step can end, hostile bytes, long
 * replies in blocks, and another language. */

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

#include "config.h"
#include "export/smtp-export.h"
#include "export/smtp-lines.h"
#include "support/run-dialogue.h"

static char *
export_as (DialogueRun      *run,
           SmtpExportFormat  format)
{
  g_autoptr (GBytes) bytes = smtp_export_run (format, "smtp-test", run->plan, run->transcript, run->diagnosis);
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  g_assert_true (g_utf8_validate_len (text, length, NULL));

  return g_strndup (text, length);
}

static void
test_whole (void)
{
  static const char *const transcript =
    "+0.000    *  Looked up mx.example.test: 192.0.2.25   [DNS, 10 ms]\n"
    "+0.010    *  Connected to 192.0.2.25 port 2525 from 192.0.2.9:40112   [TCP, 10 ms]\n"
    "+0.030    <  220 mx.example.test   [220 Ready, 10 ms]\n"
    "+0.030    >  EHLO pc.example.org\n"
    "+0.040    <  250-mx.example.test   [250 Success, 10 ms]\n"
    "             250-SIZE 1000\n"
    "             250 HELP\n"
    "+0.040    >  MAIL FROM:<me@example.org>\n"
    "+12.050   <  250 ok   [250 Success, 12.0 s]\n"
    "+12.050   >  RCPT TO:<a@example.test>\n"
    "+12.060   <  250 2.1.5 ok   [250 Success, 10 ms]\n"
    "+12.060   >  RCPT TO:<bob@elsewhere.test>\n"
    "+12.070   <  554 5.7.1 Relay access denied   [554 Permanent, 10 ms]\n"
    "+12.070   >  RSET\n"
    "+12.080   <  250 ok   [250 Success, 10 ms]\n"
    "+12.080   >  QUIT\n"
    "+12.090   <  221 bye   [221 Success, 10 ms]\n";
  g_autoptr (DialogueRun) run = RUN (
    PLAN ("host=mx.example.test", "port=2525", "security=none", "from=me@example.org", "to=a@example.test",
          "to=bob@elsewhere.test"),
    "@192.0.2.25", "220 mx.example.test\r\n", "250-mx.example.test\r\n250-SIZE 1000\r\n250 HELP\r\n", "#12000",
    "250 ok\r\n", "250 2.1.5 ok\r\n", "554 5.7.1 Relay access denied\r\n", "250 ok\r\n", "221 bye\r\n");
  g_autofree char *text = export_as (run, SMTP_EXPORT_TEXT);
  g_autofree char *expected = g_strdup_printf (
    "Target:   mx.example.test port 2525, no encryption (192.0.2.25 from 192.0.2.9:40112)\n"
    "Started:  2026-11-23 10:00:00 +01:00\n"
    "Program:  smtp-test " PACKAGE_VERSION "\n"
    "Probe:    Asks about 2 recipients. No message is sent.\n"
    "Verdict:  %s. %s\n"
    "Next:     %s\n"
    "\n"
    "%s",
    smtp_diagnosis_get_headline (run->diagnosis), smtp_diagnosis_get_verdict (run->diagnosis),
    smtp_diagnosis_get_next (run->diagnosis), transcript);
  g_autoptr (GString) alone = g_string_new (NULL);

  g_assert_true (run->done);
  g_assert_cmpstr (text, ==, expected);

  /* What is printed live is the same, in another order. */
  smtp_export_text_footer (run->diagnosis, alone);
  g_assert_cmpuint (alone->str[0], ==, '\n');
  g_assert_nonnull (strstr (text, alone->str + 1));
}

/* Before anything has come a header must not claim anything. */
static void
test_header_alone (void)
{
  g_autoptr (DialogueRun) run = RUN (PLAN ("host=mx.example.test", "security=none"), NULL);
  g_autoptr (GString) out = g_string_new (NULL);

  smtp_export_text_header ("smtp-test", run->plan, run->transcript, NULL, out);
  g_assert_cmpstr (out->str, ==,
                   "Target:   mx.example.test port 25, no encryption\n"
                   "Started:  2026-11-23 10:00:00 +01:00\n"
                   "Program:  smtp-test " PACKAGE_VERSION "\n"
                   "Probe:    Connects, reads the greeting and what the server can do. No message is sent.\n\n");
}

/* Every way in which a step can end: what stands in the brackets of its line. */
static void
test_badges (void)
{
#define TO_DATA "220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n"
  static const struct
  {
    const char *events[8];
    const char *line;
  } cases[] = {
    { { "-refused" }, "*  Nobody listens at 192.0.2.25 port 25: the connection was refused.   [Failed, 10 ms]\n" },
    { { "-timeout" }, "A firewall may drop the connection, or the host is down.   [Time-out, 10 ms]\n" },
    { { "-cancelled" }, "*  Stopped by you.   [Stopped, 10 ms]\n" },
    { { "220 mx\r\n" }, "<  220 mx   [220 Ready, 10 ms]\n" },
    { { "421 busy\r\n" }, "<  421 busy   [421 Temporary, 10 ms]\n" },
    { { "554 no\r\n" }, "<  554 no   [554 Permanent, 10 ms]\n" },
    { { "354 go\r\n" }, "<  354 go   [354 Out of turn, 10 ms]\n" },
    { { "SSH-2.0-x\r\n" }, "<  SSH-2.0-x   [Not SMTP, 10 ms]\n" },
    { { "=FQMBAAICRg==" }, "<  \\x15\\x03\\x01\\x00\\x02\\x02F   [TLS, 10 ms]\n" },
    { { "#10", "-closed" }, "*  The server closed the connection without a reply.   [Lost]\n" },
    { { "#10", "-reset" }, "*  The connection was cut off, by the server or by something in between.   [Lost]\n" },
    { { "-unreachable" }, " port 25: the network or host cannot be reached.   [Failed, 10 ms]\n" },
    { { "220 mx\r\n", "-timeout" }, "*  There was no reply within 0 seconds.   [Time-out]\n" },
    { { "220 mx\r\n", "-cancelled" }, "*  Stopped by you.   [Stopped]\n" },
    { { "220-mx\r\n", "-closed" }, "<  220-mx   [Lost, 20 ms]\n" },
    { { "220 mx\r\n", "250 mx\r\n250 and\r\n" }, "<  250 and   [250 Unasked]\n" },
    { { TO_DATA, "354 go\r\n", "250 ok\r\n" }, "<  354 go   [354 Go on, 10 ms]\n" },
    { { TO_DATA, "354 go\r\n", "250 ok\r\n" }, ">  Message text, 412 bytes, and the final dot\n" },
    { { TO_DATA, "354 go\r\n", "~", "-closed" }, ">  Message text, 412 bytes so far, without the final dot\n" },
    { { TO_DATA, "250 ok\r\n" }, "<  250 ok   [250 Out of turn, 10 ms]\n" },
    { { TO_DATA, "250 ok\r\n" }, "*  Connection closed   [End]\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (DialogueRun) run = dialogue_run_new (
        (const char *const[]) PLAN ("to=bob@elsewhere.test", "message=x"), cases[i].events);
      g_autofree char *text = export_as (run, SMTP_EXPORT_TEXT);

      if (strstr (text, cases[i].line) == NULL)
        g_error ("%s is not in\n%s", cases[i].line, text);
    }
}

/* Nothing that a server sends may move the cursor, hide or reorder anything. */
static void
test_hostile_bytes (void)
{
  static const struct
  {
    const char *bytes;
    gsize       length;
    const char *shown;
  } cases[] = {
#define BYTES(text) text, sizeof text - 1
    { BYTES ("\x1b[2J\x1b]0;title\x07"), "\\x1B[2J\\x1B]0;title\\x07" },
    { BYTES ("nul \0 behind"), "nul \\x00 behind" },
    { BYTES ("tab\there"), "tab\\x09here" },
    { BYTES ("back\b\x7f"), "back\\x08\\x7F" },
    { BYTES ("cr\rover"), "cr\\x0Dover" },
    { BYTES ("\xe4\xf6\xfc latin"), "\\xE4\\xF6\\xFC latin" },
    { BYTES ("\xc0\x80 overlong \xed\xa0\x80"), "\\xC0\\x80 overlong \\xED\\xA0\\x80" },
    { BYTES ("cut \xe2\x82"), "cut \\xE2\\x82" },
    { BYTES ("\xc3\xa4\xe2\x82\xac fine"), "\xc3\xa4\xe2\x82\xac fine" },
    { BYTES ("\xc2\x9b" "31m csi"), "\\u{9B}31m csi" },
    { BYTES ("\xe2\x80\xae override \xe2\x81\xa6 isolate"), "\\u{202E} override \\u{2066} isolate" },
    { BYTES ("\xe2\x80\x8b zero \xef\xbb\xbf bom"), "\\u{200B} zero \\u{FEFF} bom" },
    { BYTES ("\xe2\x80\xa8 line \xe2\x80\xa9 paragraph"), "\\u{2028} line \\u{2029} paragraph" },
    { BYTES ("\xf3\xa0\x81\x81 tag \xee\x80\x80 private"), "\\u{E0041} tag \\u{E000} private" },
#undef BYTES
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) reply = g_byte_array_new ();
      g_autofree char *base64 = NULL;
      g_autofree char *event = NULL;
      g_autofree char *line = g_strdup_printf ("<  220 %s   [220 Ready, 10 ms]\n", cases[i].shown);
      g_autofree char *text = NULL;

      g_byte_array_append (reply, (const guint8 *) "220 ", 4);
      g_byte_array_append (reply, (const guint8 *) cases[i].bytes, (guint) cases[i].length);
      g_byte_array_append (reply, (const guint8 *) "\r\n", 2);
      base64 = g_base64_encode (reply->data, reply->len);
      event = g_strconcat ("=", base64, NULL);
      {
        g_autoptr (DialogueRun) run = RUN (PLAN ("stop=greeting"), event, "221 bye\r\n");

        text = export_as (run, SMTP_EXPORT_TEXT);
      }
      if (strstr (text, line) == NULL)
        g_error ("%s is not in\n%s", line, text);
      for (const char *at = text; *at != '\0'; at++)
        g_assert_false (*at != '\n' && g_ascii_iscntrl (*at));
    }
}

/* Line by line and in blocks, from any line and up to any size, the same comes out. */
static void
test_lines_in_blocks (void)
{
  g_autoptr (GString) reply = g_string_new (NULL);
  g_autoptr (DialogueRun) run = NULL;
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  SmtpStep *step;
  guint n_lines;

  for (int i = 0; i < 3000; i++)
    {
      if (i % 7 == 3)
        g_string_append (reply, "250-\xe2\x80\xae hostile \x1b\r\n");
      else if (i % 7 == 5)
        g_string_append (reply, "250-\r\n");
      else
        g_string_append_printf (reply, "250-KEYWORD%d %.*s\r\n", i, i % 40, "parameter parameter parameter parameter");
    }
  g_string_append (reply, "250 HELP\r\n");
  run = dialogue_run_new ((const char *const[]) PLAN ("stop=ehlo"),
                          (const char *const[]) { "220 mx\r\n", reply->str, "221 bye\r\n", NULL });
  step = dialogue_run_find (run, SMTP_VERB_EHLO);
  n_lines = smtp_lines_count (step);
  g_assert_cmpuint (n_lines, ==, 1 + 3001);
  for (guint i = 0; i < n_lines; i++)
    {
      smtp_export_text_line (step, i, expected);
      g_array_append_val (ends, expected->len);
    }

  for (gsize enough = 1; enough < 2 * expected->len; enough = enough * 3 + 1)
    {
      g_autoptr (GString) out = g_string_new (NULL);
      guint at = 0;

      while (at < n_lines)
        {
          gsize before = out->len;
          guint next = smtp_export_text_lines (step, at, before + enough, out);

          g_assert_cmpuint (next, >, at);
          /* No line is torn, and none comes behind what was enough. */
          g_assert_cmpuint (out->len, ==, g_array_index (ends, gsize, next - 1));
          g_assert_true (next == n_lines || out->len >= before + enough);
          g_assert_true (next == at + 1 || g_array_index (ends, gsize, next - 2) < before + enough);
          at = next;
        }
      g_assert_cmpstr (out->str, ==, expected->str);
    }
}

/* The first column, which tools look for: offset and mark, or the label of the header. */
static char *
take_columns (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *columns = g_string_new (NULL);

  for (int i = 0; lines[i] != NULL; i++)
    g_string_append_printf (columns, "%.*s\n", (int) MIN (strlen (lines[i]), 10), lines[i]);

  return g_string_free (columns, FALSE);
}

static void
use_language (const char *language)
{
  g_setenv ("LANGUAGE", language, TRUE);
  /* Tells gettext to look again. */
  textdomain (GETTEXT_PACKAGE);
}

/* Not the badges: their words are looked up once in a program. */
static void
test_other_language (void)
{
  g_autofree char *english = NULL;
  g_autofree char *german = NULL;
  g_autofree char *english_columns = NULL;
  g_autofree char *german_columns = NULL;

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (DialogueRun) run = NULL;

      use_language (i == 0 ? "" : "de");
      run = RUN (PLAN ("security=none", "to=a@example.test", "message=x"), "220 mx\r\n", "250 mx\r\n", "250 ok\r\n",
                 "550 5.1.1 no such user\r\n", "250 ok\r\n", "221 bye\r\n");
      *(i == 0 ? &english : &german) = export_as (run, SMTP_EXPORT_TEXT);
    }
  use_language ("");

  /* The catalogue was in use. */
  g_assert_nonnull (strstr (english, "Sends a test message"));
  g_assert_null (strstr (german, "Sends a test message"));

  english_columns = take_columns (english);
  german_columns = take_columns (german);
  g_assert_cmpstr (english_columns, ==, german_columns);
  g_assert_true (g_str_has_prefix (german,
                                   "Target:   192.0.2.25 port 25, no encryption (192.0.2.25 from 192.0.2.9:40112)\n"
                                   "Started:  2026-11-23 10:00:00 +01:00\n"));
}

static void
test_same_again (void)
{
  for (SmtpExportFormat format = 0; format < SMTP_EXPORT_N_FORMATS; format++)
    {
      g_autoptr (DialogueRun) first = dialogue_run_reply (SMTP_VERB_CONTENT, "452 4.3.1 disk full\r\n");
      g_autoptr (DialogueRun) second = dialogue_run_reply (SMTP_VERB_CONTENT, "452 4.3.1 disk full\r\n");
      g_autofree char *one = export_as (first, format);
      g_autofree char *two = export_as (second, format);

      g_assert_cmpstr (one, ==, two);
    }
}

static void
test_formats (void)
{
  SmtpExportFormat format;

  g_assert_true (smtp_export_find ("text", &format));
  g_assert_cmpint (format, ==, SMTP_EXPORT_TEXT);
  g_assert_true (smtp_export_find ("json", &format));
  g_assert_cmpint (format, ==, SMTP_EXPORT_JSON);
  g_assert_false (smtp_export_find ("JSON", &format));
  g_assert_false (smtp_export_find ("", &format));
  g_assert_cmpstr (smtp_export_get_id (SMTP_EXPORT_JSON), ==, "json");
  g_assert_cmpstr (smtp_export_get_suffix (SMTP_EXPORT_TEXT), ==, "txt");
  g_assert_cmpstr (smtp_export_get_media_type (SMTP_EXPORT_JSON), ==, "application/json");
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("SMTP_PROBE_LOCALEDIR"));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/export/text/whole", test_whole);
  g_test_add_func ("/export/text/header-alone", test_header_alone);
  g_test_add_func ("/export/text/badges", test_badges);
  g_test_add_func ("/export/text/hostile-bytes", test_hostile_bytes);
  g_test_add_func ("/export/text/lines-in-blocks", test_lines_in_blocks);
  g_test_add_func ("/export/text/other-language", test_other_language);
  g_test_add_func ("/export/same-again", test_same_again);
  g_test_add_func ("/export/formats", test_formats);

  return g_test_run ();
}
