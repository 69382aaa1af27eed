/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "exact.h"
#include "protocol/smtp-content.h"

static void
push_exact (SmtpContent *content,
            const char  *bytes,
            gsize        length,
            GByteArray  *out)
{
  char *copy = exact_copy (bytes, length);

  smtp_content_push (content, copy, length, out);
  free (copy);
}

/* Pushes the first @cut bytes in one piece and the rest in pieces of @piece. */
static SmtpContent
run (const char *bytes,
     gsize       length,
     gsize       cut,
     gsize       piece,
     GByteArray *out)
{
  SmtpContent content = SMTP_CONTENT_INIT;

  push_exact (&content, bytes, cut, out);
  for (gsize at = cut; at < length; at += piece)
    push_exact (&content, bytes + at, MIN (piece, length - at), out);
  smtp_content_finish (&content, out);

  return content;
}

typedef struct
{
  const char *what;
  const char *text;
  gsize       length;
  const char *wire;
  guint64     n_lines;
  guint64     n_stuffed;
  guint64     n_line_ends;
  guint64     n_long_lines;
} Case;

static void
check_run (const Case *expected,
           gsize       cut,
           gsize       piece)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  SmtpContent content = run (expected->text, expected->length, cut, piece, out);

  g_assert_cmpmem (out->data, out->len, expected->wire, strlen (expected->wire));
  g_assert_cmpuint (content.n_bytes, ==, expected->length);
  g_assert_cmpuint (content.n_lines, ==, expected->n_lines);
  g_assert_cmpuint (content.n_stuffed, ==, expected->n_stuffed);
  g_assert_cmpuint (content.n_line_ends, ==, expected->n_line_ends);
  g_assert_cmpuint (content.n_long_lines, ==, expected->n_long_lines);
}

static void
check_all_cuts (const Case *expected)
{
  for (gsize cut = 0; cut <= expected->length; cut++)
    check_run (expected, cut, MAX (expected->length, 1));
  for (gsize piece = 1; piece <= 3; piece++)
    check_run (expected, 0, piece);
}

static void
test_table (void)
{
  static const Case cases[] = {
    { "nothing", BYTES (""), "", 0, 0, 0, 0 },
    { "one line", BYTES ("a\r\n"), "a\r\n", 1, 0, 0, 0 },
    { "no line end at the end", BYTES ("a\r\nb"), "a\r\nb\r\n", 2, 0, 0, 0 },
    { "an empty line", BYTES ("\r\n"), "\r\n", 1, 0, 0, 0 },
    { "LF", BYTES ("a\nb\n"), "a\r\nb\r\n", 2, 0, 2, 0 },
    { "CR", BYTES ("a\rb\r"), "a\r\nb\r\n", 2, 0, 2, 0 },
    { "all kinds", BYTES ("a\r\nb\nc\rd"), "a\r\nb\r\nc\r\nd\r\n", 4, 0, 2, 0 },
    { "LF alone", BYTES ("\n"), "\r\n", 1, 0, 1, 0 },
    { "CR alone", BYTES ("\r"), "\r\n", 1, 0, 1, 0 },
    { "LF CR", BYTES ("a\n\rb"), "a\r\n\r\nb\r\n", 3, 0, 2, 0 },
    { "CR CR LF", BYTES ("a\r\r\nb"), "a\r\n\r\nb\r\n", 3, 0, 1, 0 },
    { "CR LF LF", BYTES ("a\r\n\nb"), "a\r\n\r\nb\r\n", 3, 0, 1, 0 },
    { "a dot alone", BYTES ("."), "..\r\n", 1, 1, 0, 0 },
    { "the end of the text, in the text", BYTES ("a\r\n.\r\nQUIT\r\n"), "a\r\n..\r\nQUIT\r\n", 3, 1, 0, 0 },
    { "two dots", BYTES ("..\r\n"), "...\r\n", 1, 1, 0, 0 },
    { "dots elsewhere", BYTES ("a.\r\n .\r\n"), "a.\r\n .\r\n", 2, 0, 0, 0 },
    { "a dot behind LF", BYTES ("a\n.\n"), "a\r\n..\r\n", 2, 1, 2, 0 },
    { "a dot behind CR", BYTES ("a\r.\r"), "a\r\n..\r\n", 2, 1, 2, 0 },
    { "smuggling: LF . CRLF", BYTES ("a\n.\r\nMAIL FROM:<>"), "a\r\n..\r\nMAIL FROM:<>\r\n", 3, 1, 1, 0 },
    { "smuggling: CR LF . LF", BYTES ("a\r\n.\nb"), "a\r\n..\r\nb\r\n", 3, 1, 1, 0 },
    { "smuggling: CR LF . CR", BYTES ("a\r\n.\rb"), "a\r\n..\r\nb\r\n", 3, 1, 1, 0 },
    { "smuggling: LF . LF", BYTES ("a\n.\nb"), "a\r\n..\r\nb\r\n", 3, 1, 2, 0 },
    { "a dot on every line", BYTES (".a\r\n.b\r\n.c"), "..a\r\n..b\r\n..c\r\n", 3, 3, 0, 0 },
    { "8-bit text", BYTES ("gr\xc3\xbc\xdf\n"), "gr\xc3\xbc\xdf\r\n", 1, 0, 1, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].what);
      check_all_cuts (&cases[i]);
    }
}

static void
test_nul (void)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  SmtpContent content = run (BYTES ("a\0\n.\0"), 2, 1, out);

  g_assert_cmpmem (out->data, out->len, "a\0\r\n..\0\r\n", 9);
  g_assert_cmpuint (content.n_lines, ==, 2);
}

static void
test_long_lines (void)
{
  static const struct
  {
    const char *what;
    const char *start;
    gsize       length; /* of the line, without its end */
    const char *end;
    guint64     n_long_lines;
  } cases[] = {
    { "998 and CRLF", "", 998, "\r\n", 0 },
    { "999 and CRLF", "", 999, "\r\n", 1 },
    { "998 and LF", "", 998, "\n", 0 },
    { "999 and LF", "", 999, "\n", 1 },
    { "998 and CR", "", 998, "\r", 0 },
    { "999 and CR", "", 999, "\r", 1 },
    { "998 at the end", "", 998, "", 0 },
    { "999 at the end", "", 999, "", 1 },
    { "the dot that is added does not count", ".", 998, "\r\n", 0 },
    { "the one that was there does", ".", 999, "\r\n", 1 },
    { "two thousand", "", 2000, "\n", 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *fill = g_strnfill (cases[i].length - strlen (cases[i].start), 'x');
      g_autofree char *text = g_strconcat ("short\r\n", cases[i].start, fill, cases[i].end, NULL);
      g_autofree char *wire = g_strconcat ("short\r\n", cases[i].start, cases[i].start, fill, "\r\n", NULL);
      Case expected = {
        cases[i].what, text, strlen (text), wire, 2, strlen (cases[i].start),
        strlen (cases[i].end) == 1, cases[i].n_long_lines,
      };

      g_test_message ("%s", cases[i].what);
      check_all_cuts (&expected);
    }
}

/* What the filter is to do, as plainly as it can be said. */
static char *
model (const char *text,
       Case       *expected)
{
  GString *wire = g_string_new (NULL);
  gboolean at_start = TRUE;

  for (const char *at = text; *at != '\0'; at++)
    {
      if (at_start && *at == '.')
        {
          g_string_append_c (wire, '.');
          expected->n_stuffed++;
        }
      at_start = *at == '\r' || *at == '\n';
      if (!at_start)
        {
          g_string_append_c (wire, *at);
          continue;
        }
      if (g_str_has_prefix (at, "\r\n"))
        at++;
      else
        expected->n_line_ends++;
      g_string_append (wire, "\r\n");
      expected->n_lines++;
    }

  if (!at_start)
    {
      g_string_append (wire, "\r\n");
      expected->n_lines++;
    }

  return g_string_free (wire, FALSE);
}

/* Every text of up to seven of the characters that matter, cut everywhere. */
static void
test_exhaustive (void)
{
  for (gsize length = 0; length <= 7; length++)
    {
      for (guint number = 0; number < 1u << 2 * length; number++)
        {
          g_autofree char *wire = NULL;
          char text[8] = { 0, };
          Case expected = { "", text, length, NULL, 0, 0, 0, 0 };

          for (gsize at = 0; at < length; at++)
            text[at] = "x.\r\n"[number >> 2 * at & 3];
          expected.wire = wire = model (text, &expected);
          check_all_cuts (&expected);
        }
    }
}

/* Pieces and their output are added to what is already there. */
static void
test_appends (void)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  SmtpContent content = SMTP_CONTENT_INIT;

  g_byte_array_append (out, (const guint8 *) "before ", 7);
  push_exact (&content, "a\r", 2, out);
  g_assert_cmpmem (out->data, out->len, "before a", 8);
  push_exact (&content, "", 0, out);
  push_exact (&content, "\n.", 2, out);
  g_assert_cmpmem (out->data, out->len, "before a\r\n..", 12);
  smtp_content_finish (&content, out);
  smtp_content_finish (&content, out);
  g_assert_cmpmem (out->data, out->len, "before a\r\n..\r\n", 14);
  g_assert_cmpuint (content.n_lines, ==, 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/content/table", test_table);
  g_test_add_func ("/content/nul", test_nul);
  g_test_add_func ("/content/long-lines", test_long_lines);
  g_test_add_func ("/content/exhaustive", test_exhaustive);
  g_test_add_func ("/content/appends", test_appends);

  return g_test_run ();
}
