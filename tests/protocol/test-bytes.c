/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "exact.h"
#include "protocol/smtp-bytes.h"

static void
check_escape (const char *bytes,
              gsize       length,
              gsize       max_bytes,
              const char *expected)
{
  char *copy = exact_copy (bytes, length);
  g_autofree char *shown = smtp_bytes_escape (copy, length, max_bytes);

  g_assert_cmpstr (shown, ==, expected);
  free (copy);
}

static void
test_escape (void)
{
  static const struct
  {
    const char *what;
    const char *bytes;
    gsize       length;
    const char *shown;
  } cases[] = {
    { "nothing", BYTES (""), "" },
    { "printable ASCII, all of it",
      BYTES (" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"),
      " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~" },
    { "a backslash stays alone", BYTES ("\\x41"), "\\x41" },
    { "NUL", BYTES ("a\0b"), "a\\x00b" },
    { "tab and line ends", BYTES ("\t\r\n"), "\\x09\\x0D\\x0A" },
    { "an escape sequence for terminals", BYTES ("\033[31m"), "\\x1B[31m" },
    { "first and last control character", BYTES ("\x01\x1f\x7f"), "\\x01\\x1F\\x7F" },
    { "letters beyond ASCII", BYTES ("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x93\xa7"), "grüß € 📧" },
    { "markup stays as it is", BYTES ("<b>&amp;"), "<b>&amp;" },
    { "C1 control characters", BYTES ("\xc2\x80\xc2\x85\xc2\x9b"), "\\u{80}\\u{85}\\u{9B}" },
    { "override of the direction", BYTES ("a\xe2\x80\xae" "b\xe2\x80\xac"), "a\\u{202E}b\\u{202C}" },
    { "isolates", BYTES ("\xe2\x81\xa6\xe2\x81\xa9"), "\\u{2066}\\u{2069}" },
    { "marks of the direction", BYTES ("\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c"), "\\u{200E}\\u{200F}\\u{61C}" },
    { "zero width", BYTES ("\xe2\x80\x8b\xe2\x80\x8d\xef\xbb\xbf"), "\\u{200B}\\u{200D}\\u{FEFF}" },
    { "soft hyphen", BYTES ("\xc2\xad"), "\\u{AD}" },
    { "line and paragraph separator", BYTES ("\xe2\x80\xa8\xe2\x80\xa9"), "\\u{2028}\\u{2029}" },
    { "tag characters", BYTES ("\xf3\xa0\x81\x81"), "\\u{E0041}" },
    { "private use", BYTES ("\xee\x80\x80\xf4\x8f\xbf\xbd"), "\\u{E000}\\u{10FFFD}" },
    { "unassigned", BYTES ("\xcd\xb8\xef\xbf\xbf"), "\\u{378}\\u{FFFF}" },
    { "Latin-1", BYTES ("gr\xfc\xdf"), "gr\\xFC\\xDF" },
    { "a continuation alone", BYTES ("\x80\xbf"), "\\x80\\xBF" },
    { "longer than needed", BYTES ("\xc0\x80\xe0\x80\xaf"), "\\xC0\\x80\\xE0\\x80\\xAF" },
    { "a surrogate", BYTES ("\xed\xa0\x80"), "\\xED\\xA0\\x80" },
    { "beyond Unicode", BYTES ("\xf4\x90\x80\x80\xff"), "\\xF4\\x90\\x80\\x80\\xFF" },
    { "cut at the end", BYTES ("a\xe2\x82"), "a\\xE2\\x82" },
    { "cut by ASCII", BYTES ("\xe2\x82z\xf0\x9f"), "\\xE2\\x82z\\xF0\\x9F" },
    { "cut by NUL", BYTES ("\xe2\x82\0"), "\\xE2\\x82\\x00" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].what);
      check_escape (cases[i].bytes, cases[i].length, 0, cases[i].shown);
    }
}

static void
test_truncate (void)
{
  static const struct
  {
    const char *what;
    const char *bytes;
    gsize       length;
    gsize       max_bytes;
    const char *shown;
  } cases[] = {
    { "shorter", BYTES ("abc"), 4, "abc" },
    { "just as long", BYTES ("abcd"), 4, "abcd" },
    { "one over", BYTES ("abcde"), 4, "abcd… (5 bytes)" },
    { "nothing, of at most one", BYTES (""), 1, "" },
    { "a control character counts as one", BYTES ("\r\n\r\n"), 2, "\\x0D\\x0A… (4 bytes)" },
    { "between two characters", BYTES ("\xc3\xa4\xc3\xb6"), 2, "ä… (4 bytes)" },
    { "inside a character of two", BYTES ("ab\xc3\xa4\xc3\xb6"), 5, "abä… (6 bytes)" },
    { "inside a character of three", BYTES ("abcd\xe2\x82\xac"), 6, "abcd… (7 bytes)" },
    { "inside a character of four, behind its first", BYTES ("abcd\xf0\x9f\x93\xa7"), 5, "abcd… (8 bytes)" },
    { "inside a character of four, before its last", BYTES ("abcd\xf0\x9f\x93\xa7"), 7, "abcd… (8 bytes)" },
    { "behind a character of four", BYTES ("\xf0\x9f\x93\xa7xy"), 4, "📧… (6 bytes)" },
    { "of at most three, inside a character", BYTES ("a\xe2\x82\xac"), 3, "a… (4 bytes)" },
    { "of at most two, inside a character", BYTES ("a\xc3\xa4"), 2, "a… (3 bytes)" },
    { "of at most one, inside a character", BYTES ("\xf0\x9f\x93\xa7"), 1, "… (4 bytes)" },
    { "not UTF-8 anyway", BYTES ("\x80\x80\x80\x80\x80\x80"), 5, "\\x80… (6 bytes)" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].what);
      check_escape (cases[i].bytes, cases[i].length, cases[i].max_bytes, cases[i].shown);
    }
}

/* Runs are passed in blocks: an odd byte must be found wherever it stands in one. */
static void
test_skip_plain (void)
{
  static const char others[] = { '\0', '\x1f', '\x7f', '\x80', '\xff', '\r', '\n', '\t' };

  for (gsize length = 0; length <= 50; length++)
    {
      char *copy = exact_copy ("                ~~~~~~~~~~~~~~~~                ~~", length);

      g_assert_true (smtp_bytes_skip_plain (copy, copy + length) == copy + length);

      for (gsize at = 0; at < length; at++)
        {
          char was = copy[at];

          for (gsize i = 0; i < sizeof others; i++)
            {
              copy[at] = others[i];
              g_assert_true (smtp_bytes_skip_plain (copy, copy + length) == copy + at);
            }
          copy[at] = was;
        }
      free (copy);
    }
}

static void
test_append (void)
{
  g_autoptr (GString) out = g_string_new ("before ");

  smtp_bytes_append_escaped (out, "a\0", 2);
  smtp_bytes_append_escaped (out, "", 0);
  smtp_bytes_append_escaped (out, "\xc3", 1);
  smtp_bytes_append_escaped (out, "\xa4", 1);

  g_assert_cmpstr (out->str, ==, "before a\\x00\\xC3\\xA4");
}

/* What the header promises, whatever goes in. */
static void
check_promise (const char *bytes,
               gsize       length,
               gsize       max_bytes)
{
  char *copy = exact_copy (bytes, length);
  g_autofree char *shown = smtp_bytes_escape (copy, length, max_bytes);

  g_assert_true (g_utf8_validate (shown, -1, NULL));
  for (const char *at = shown; *at != '\0'; at = g_utf8_next_char (at))
    {
      GUnicodeType type = g_unichar_type (g_utf8_get_char (at));

      g_assert_true (type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT && type != G_UNICODE_LINE_SEPARATOR &&
                     type != G_UNICODE_PARAGRAPH_SEPARATOR);
    }
  free (copy);
}

static void
test_promise (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint i = 0; i < 0x10000; i++)
    {
      const char bytes[2] = { (char) (i >> 8), (char) i };

      check_promise (bytes, 2, 0);
    }

  for (gunichar c = 0; c <= 0x10ffff; c++)
    {
      char bytes[6];

      check_promise (bytes, (gsize) g_unichar_to_utf8 (c, bytes), 0);
    }

  for (int i = 0; i < 20000; i++)
    {
      char bytes[40];
      gsize length = (gsize) g_rand_int_range (random, 0, sizeof bytes + 1);

      /* Mostly from the bytes that UTF-8 is made of. */
      for (gsize at = 0; at < length; at++)
        bytes[at] = (char) g_rand_int_range (random, g_rand_boolean (random) ? 0x80 : 0, 0x100);
      check_promise (bytes, length, (gsize) g_rand_int_range (random, 0, 12));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bytes/escape", test_escape);
  g_test_add_func ("/bytes/truncate", test_truncate);
  g_test_add_func ("/bytes/skip-plain", test_skip_plain);
  g_test_add_func ("/bytes/append", test_append);
  g_test_add_func ("/bytes/promise", test_promise);

  return g_test_run ();
}
