/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The parser and the replies it makes. Every case is fed whole, cut at each point, and in small pieces, and has
 * to come to the same replies. */

#include "exact.h"
#include "protocol/smtp-reply-parser.h"

typedef enum
{
  END_OPEN,    /* nothing: what is pending stays pending */
  END_FINISH,  /* no more will come */
  END_REST,    /* what else is there is no reply */
} End;

typedef struct
{
  const char *what;
  const char *bytes;
  gsize       length;
  const char *replies; /* as summarise() has them, each with a semicolon behind it */
  gsize       limit;
  End         end;
} Case;

/* Code, lines, flaws, and what was dropped. */
static void
summarise (GString   *text,
           SmtpReply *reply)
{
  SmtpEnhancedCode enhanced;

  g_string_append_printf (text, "%u/%u", smtp_reply_get_code (reply), smtp_reply_get_n_lines (reply));
  if (smtp_reply_get_enhanced (reply, &enhanced))
    {
      g_autofree char *shown = smtp_enhanced_code_to_string (&enhanced);

      g_string_append_printf (text, " %s", shown);
    }
  for (guint i = 0; i < SMTP_REPLY_N_FLAWS; i++)
    {
      SmtpReplyFlaws flaw = (SmtpReplyFlaws) (1 << i);

      if ((smtp_reply_get_flaws (reply) & flaw) != 0)
        g_string_append_printf (text, " %s", smtp_reply_flaw_to_id (flaw));
    }
  if (smtp_reply_get_dropped (reply) > 0)
    g_string_append_printf (text, " -%" G_GUINT64_FORMAT, smtp_reply_get_dropped (reply));
  g_string_append_c (text, ';');
}

typedef struct
{
  GString *summary;
  GString *lines;   /* where each line and its text stand in the raw bytes */
  GString *raw;     /* of all replies, and what is pending */
  guint64  dropped;
} Result;

static void
take_reply (Result    *result,
            SmtpReply *reply)
{
  gsize raw_length;
  const char *raw = smtp_reply_get_raw (reply, &raw_length);

  summarise (result->summary, reply);
  g_string_append_len (result->raw, raw, (gssize) raw_length);
  result->dropped += smtp_reply_get_dropped (reply);

  for (guint i = 0; i < smtp_reply_get_n_lines (reply); i++)
    {
      gsize length;
      gsize text_length;
      const char *line = smtp_reply_get_line (reply, i, &length);
      const char *text = smtp_reply_get_text (reply, i, &text_length);

      g_assert_true (line >= raw && line + length <= raw + raw_length);
      g_assert_true (text >= line && text + text_length == line + length);
      g_string_append_printf (result->lines, "%zd+%zu,%zd ", line - raw, length, text - line);
    }
}

static void
feed_piece (Result          *result,
            SmtpReplyParser *parser,
            const char      *bytes,
            gsize            length)
{
  char *copy = exact_copy (bytes, length);

  for (gsize at = 0; at < length;)
    {
      SmtpReply *reply;
      gsize taken = smtp_reply_parser_feed (parser, copy + at, length - at, &reply);

      g_assert_cmpuint (taken, <=, length - at);
      at += taken;
      if (reply == NULL)
        {
          g_assert_cmpuint (at, ==, length);
          continue;
        }
      /* Not a byte behind the line that ends it. */
      g_assert_cmpint (copy[at - 1], ==, '\n');
      g_assert_cmpuint (smtp_reply_parser_get_pending (parser, NULL), ==, 0);
      take_reply (result, reply);
      smtp_reply_unref (reply);
    }
  free (copy);
}

/* Feeds @cut bytes at once and the others in pieces of @piece. */
static Result
run (const Case *input,
     gsize       cut,
     gsize       piece)
{
  g_autoptr (SmtpReplyParser) parser = smtp_reply_parser_new (input->limit);
  Result result = { g_string_new (NULL), g_string_new (NULL), g_string_new (NULL), 0 };
  g_autoptr (SmtpReply) last = NULL;
  const char *pending;
  gsize length;

  feed_piece (&result, parser, input->bytes, cut);
  for (gsize at = cut; at < input->length; at += piece)
    feed_piece (&result, parser, input->bytes + at, MIN (piece, input->length - at));

  if (input->end == END_FINISH)
    last = smtp_reply_parser_finish (parser);
  else if (input->end == END_REST)
    last = smtp_reply_parser_take_rest (parser, "", 0);
  if (last != NULL)
    take_reply (&result, last);

  length = smtp_reply_parser_get_pending (parser, &pending);
  if (length > 0)
    g_string_append_printf (result.summary, "+%zu", length);
  g_string_append_len (result.raw, pending, (gssize) length);
  g_assert_cmpint (smtp_reply_parser_is_full (parser), ==, input->end == END_OPEN && result.raw->len < input->length);

  return result;
}

static void
result_clear (Result *result)
{
  g_string_free (result->summary, TRUE);
  g_string_free (result->lines, TRUE);
  g_string_free (result->raw, TRUE);
}

static void
check_run (const Case   *expected,
           gsize         cut,
           gsize         piece,
           const Result *whole)
{
  Result result = run (expected, cut, piece);

  g_assert_cmpstr (result.summary->str, ==, expected->replies);
  g_assert_cmpmem (result.raw->str, result.raw->len, whole->raw->str, whole->raw->len);
  g_assert_cmpstr (result.lines->str, ==, whole->lines->str);
  g_assert_cmpuint (result.dropped, ==, whole->dropped);
  result_clear (&result);
}

static void
check_case (const Case *expected)
{
  Result whole = run (expected, expected->length, 1);

  g_test_message ("%s", expected->what);
  g_assert_cmpstr (whole.summary->str, ==, expected->replies);
  if (expected->limit == 0)
    g_assert_cmpmem (whole.raw->str, whole.raw->len, expected->bytes, expected->length);
  else if (expected->end == END_FINISH)
    g_assert_cmpuint (whole.raw->len + whole.dropped, ==, expected->length);

  for (gsize cut = 0; cut < expected->length; cut++)
    check_run (expected, cut, expected->length, &whole);
  for (gsize piece = 1; piece <= 5; piece++)
    check_run (expected, 0, piece, &whole);
  result_clear (&whole);
}

static void
check_cases (const Case *cases,
             gsize       n)
{
  for (gsize i = 0; i < n; i++)
    check_case (&cases[i]);
}

static void
test_good (void)
{
  static const Case cases[] = {
    { "nothing", BYTES (""), "", 0, END_OPEN },
    { "one line", BYTES ("220 mx.example.test ESMTP\r\n"), "220/1;", 0, END_OPEN },
    { "only a code", BYTES ("250\r\n"), "250/1;", 0, END_OPEN },
    { "code and space", BYTES ("250 \r\n"), "250/1;", 0, END_OPEN },
    { "several lines", BYTES ("250-mx\r\n250-SIZE 1\r\n250 HELP\r\n"), "250/3;", 0, END_OPEN },
    { "empty lines in it", BYTES ("250-\r\n250-\r\n250\r\n"), "250/3;", 0, END_OPEN },
    { "a tab in the text", BYTES ("250 a\tb\r\n"), "250/1;", 0, END_OPEN },
    { "the lowest and the highest code", BYTES ("200 a\r\n559 b\r\n"), "200/1;559/1;", 0, END_OPEN },
    { "one after another", BYTES ("250 a\r\n354 b\r\n421 c\r\n"), "250/1;354/1;421/1;", 0, END_OPEN },
    { "lines, then a line", BYTES ("250-a\r\n250 b\r\n550 c\r\n"), "250/2;550/1;", 0, END_OPEN },
    { "bytes of the next one", BYTES ("250 a\r\n25"), "250/1;+2", 0, END_OPEN },
    { "not yet complete", BYTES ("250-a\r\n250 b\r"), "+13", 0, END_OPEN },
    { "enhanced status code", BYTES ("550 5.1.1 no such user\r\n"), "550/1 5.1.1;", 0, END_OPEN },
    { "enhanced status code on each line", BYTES ("550-5.1.1 no\r\n550 5.1.1 user\r\n"), "550/2 5.1.1;", 0, END_OPEN },
    { "the end of the connection behind a reply", BYTES ("250 a\r\n"), "250/1;", 0, END_FINISH },
    { "no rest", BYTES ("250 a\r\n"), "250/1;", 0, END_REST },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_flaws (void)
{
  static const Case cases[] = {
    { "no code", BYTES ("hello\r\n"), "0/1 no-code;", 0, END_OPEN },
    { "an empty line", BYTES ("\r\n"), "0/1 no-code;", 0, END_OPEN },
    { "an empty line, LF only", BYTES ("\n"), "0/1 no-code bare-lf;", 0, END_OPEN },
    { "two digits", BYTES ("25\r\n"), "0/1 no-code;", 0, END_OPEN },
    { "two digits and a space", BYTES ("25 x\r\n"), "0/1 no-code;", 0, END_OPEN },
    { "four digits", BYTES ("2500 x\r\n"), "0/1 no-code;", 0, END_OPEN },
    { "a space first", BYTES (" 250 x\r\n"), "0/1 no-code;", 0, END_OPEN },
    { "a line without a code inside", BYTES ("250-a\r\nb\r\n250 c\r\n"), "250/3 no-code;", 0, END_OPEN },
    { "an empty line inside", BYTES ("250-a\r\n\r\n250 c\r\n"), "250/3 no-code;", 0, END_OPEN },
    { "HTTP", BYTES ("HTTP/1.1 400 Bad\r\n\r\n"), "0/1 no-code;0/1 no-code;", 0, END_OPEN },
    { "first digit 1", BYTES ("150 x\r\n"), "150/1 bad-code;", 0, END_OPEN },
    { "first digit 6", BYTES ("650 x\r\n"), "650/1 bad-code;", 0, END_OPEN },
    { "second digit 6", BYTES ("260 x\r\n"), "260/1 bad-code;", 0, END_OPEN },
    { "zeros", BYTES ("000 x\r\n"), "0/1 bad-code;", 0, END_OPEN },
    { "no separator", BYTES ("250x\r\n"), "250/1 bad-separator;", 0, END_OPEN },
    { "a tab as separator", BYTES ("250\tx\r\n"), "250/1 bad-separator;", 0, END_OPEN },
    { "NUL as separator", BYTES ("250\0x\r\n"), "250/1 bad-separator nul;", 0, END_OPEN },
    { "no separator, inside", BYTES ("250-a\r\n250b\r\n"), "250/2 bad-separator;", 0, END_OPEN },
    { "mixed codes: the last counts", BYTES ("250-a\r\n550 b\r\n"), "550/2 mixed-codes;", 0, END_OPEN },
    { "mixed codes and back", BYTES ("250-a\r\n251-b\r\n250 c\r\n"), "250/3 mixed-codes;", 0, END_OPEN },
    { "LF only", BYTES ("250 a\n"), "250/1 bare-lf;", 0, END_OPEN },
    { "LF only, in the first of two lines", BYTES ("250-a\n250 b\r\n"), "250/2 bare-lf;", 0, END_OPEN },
    { "LF only, in the last of two lines", BYTES ("250-a\r\n250 b\n"), "250/2 bare-lf;", 0, END_OPEN },
    { "CR inside", BYTES ("250 a\rb\r\n"), "250/1 bare-cr;", 0, END_OPEN },
    { "CR CR LF", BYTES ("250 a\r\r\n"), "250/1 bare-cr;", 0, END_OPEN },
    { "CR as separator", BYTES ("250\rb\r\n"), "250/1 bad-separator bare-cr;", 0, END_OPEN },
    { "NUL", BYTES ("250 a\0b\r\n"), "250/1 nul;", 0, END_OPEN },
    { "NUL first", BYTES ("\0" "250 b\r\n"), "0/1 no-code nul;", 0, END_OPEN },
    { "a control character", BYTES ("250 \033[31m\r\n"), "250/1 control-character;", 0, END_OPEN },
    { "DEL", BYTES ("250 \x7f\r\n"), "250/1 control-character;", 0, END_OPEN },
    { "UTF-8", BYTES ("250 gr\xc3\xbc\xc3\x9f\r\n"), "250/1 eight-bit;", 0, END_OPEN },
    { "Latin-1", BYTES ("250 gr\xfc\xdf\r\n"), "250/1 eight-bit invalid-utf8;", 0, END_OPEN },
    { "UTF-8 that a line end cuts", BYTES ("250 \xc3\r\n"), "250/1 eight-bit invalid-utf8;", 0, END_OPEN },
    { "UTF-8 that NUL cuts", BYTES ("250 \xc3\0\xa4\r\n"), "250/1 nul eight-bit invalid-utf8;", 0, END_OPEN },
    { "UTF-8 beside NUL", BYTES ("250 \0\xc3\xa4\0\r\n"), "250/1 nul eight-bit;", 0, END_OPEN },
    { "Latin-1 behind NUL", BYTES ("250 \0\xfc\r\n"), "250/1 nul eight-bit invalid-utf8;", 0, END_OPEN },
    { "another class in the enhanced status code", BYTES ("550 4.1.1 x\r\n"), "550/1 4.1.1 enhanced-class-clash;", 0,
      END_OPEN },
    { "flaws of one reply are not the next one's", BYTES ("x\n250 a\r\n25\0\n"), "0/1 no-code bare-lf;250/1;"
      "0/1 no-code bare-lf nul;", 0, END_OPEN },
    { "flaws of a long reply are not the next one's", BYTES ("250-\xff\n550 a\n250 a\r\n"),
      "550/2 mixed-codes bare-lf eight-bit invalid-utf8;250/1;", 0, END_OPEN },
    { "TLS", BYTES ("\x15\x03\x01\0\x02\x02\x46"), "+7", 0, END_OPEN },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_finish (void)
{
  static const Case cases[] = {
    { "a code only", BYTES ("250"), "250/1 incomplete;", 0, END_FINISH },
    { "half a code", BYTES ("25"), "0/1 no-code incomplete;", 0, END_FINISH },
    { "a line without its end", BYTES ("250 abc"), "250/1 incomplete;", 0, END_FINISH },
    { "a line without its LF", BYTES ("250 abc\r"), "250/1 incomplete;", 0, END_FINISH },
    { "a code without its LF", BYTES ("250\r"), "250/1 incomplete;", 0, END_FINISH },
    { "lines without a last one", BYTES ("250-a\r\n250-b\r\n"), "250/2 incomplete;", 0, END_FINISH },
    { "lines and a piece of the last one", BYTES ("250-a\r\n25"), "250/2 no-code incomplete;", 0, END_FINISH },
    { "lines and a last one without its end", BYTES ("250-a\r\n250 b"), "250/2 incomplete;", 0, END_FINISH },
    { "another code in the piece", BYTES ("250-a\r\n550 b"), "550/2 mixed-codes incomplete;", 0, END_FINISH },
    { "flaws in the piece", BYTES ("250 \0\033\xff\r\r"),
      "250/1 bare-cr nul control-character eight-bit invalid-utf8 incomplete;", 0, END_FINISH },
    { "no separator in the piece", BYTES ("250x"), "250/1 bad-separator incomplete;", 0, END_FINISH },
    { "a whole reply, then a piece", BYTES ("250 a\r\n550 5.1.1"), "250/1;550/1 5.1.1 incomplete;", 0, END_FINISH },
    { "another class in the piece", BYTES ("550 4.1.1"), "550/1 4.1.1 incomplete enhanced-class-clash;", 0,
      END_FINISH },
    { "no text", BYTES (""), "", 0, END_FINISH },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_limit (void)
{
  static const Case cases[] = {
    { "one line, just as long", BYTES ("250 abc\r\n"), "250/1;", 9, END_FINISH },
    { "one line, one over", BYTES ("250 abcd\r\n"), "250/1 incomplete too-large -1;", 9, END_FINISH },
    { "one line, far over", BYTES ("250 abcdefghijklmnop\r\n"), "250/1 incomplete too-large -13;", 9, END_FINISH },
    { "one line without end", BYTES ("250 abcdefghijklmnop"), "250/1 incomplete too-large -11;", 9, END_FINISH },
    { "two lines, just as long", BYTES ("250-a\r\n250 b\r\n"), "250/2;", 14, END_FINISH },
    { "two lines, one over", BYTES ("250-a\r\n250 bc\r\n"), "250/2 incomplete too-large -1;", 14, END_FINISH },
    { "a line, and none of the next", BYTES ("250-a\r\n250 b\r\n"), "250/1 incomplete too-large -7;", 7, END_FINISH },
    { "a limit inside a code", BYTES ("250 abc\r\n"), "0/1 no-code incomplete too-large -7;", 2, END_FINISH },
    { "a limit between CR and LF", BYTES ("250 abc\r\n"), "250/1 incomplete too-large -1;", 8, END_FINISH },
    { "what is dropped is not looked at", BYTES ("250 abc\0\xff\n550 x\r\n"), "250/1 incomplete too-large -10;", 7,
      END_FINISH },
    { "short replies are none too large", BYTES ("250 a\r\n250 b\r\n250 c\r\n"), "250/1;250/1;250/1;", 7, END_FINISH },
    { "a large one behind a short one", BYTES ("250 a\r\n250-b\r\n250 c\r\n"),
      "250/1;250/1 incomplete too-large -7;", 7, END_FINISH },
    { "full, and still open", BYTES ("250 abcd\r\n250 e\r\n"), "+9", 9, END_OPEN },
    { "a rest", BYTES ("250 abcd\r\n"), "0/1 no-code too-large -1;", 9, END_REST },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_take_rest (void)
{
  static const struct
  {
    const char *what;
    const char *fed;
    gsize       fed_length;
    const char *rest;
    gsize       rest_length;
    const char *reply;
  } cases[] = {
    { "nothing at all", BYTES (""), BYTES (""), NULL },
    { "only what came before", BYTES ("HTTP"), BYTES (""), "0/1 no-code;" },
    { "only what comes now", BYTES (""), BYTES ("HTTP/1.1 400\r\n\r\n<html>"), "0/3 no-code;" },
    { "both", BYTES ("250-a\r\n250"), BYTES (" b\r\n550 c\r\n"), "0/3 no-code;" },
    { "both, between CR and LF", BYTES ("250-a\r\n250 x\r"), BYTES ("\ny"), "0/3 no-code;" },
    { "bytes", BYTES ("\x16\x03\x01\0"), BYTES ("\xff\r\x01\n\xc3\xa4"),
      "0/2 no-code bare-cr nul control-character eight-bit invalid-utf8;" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SmtpReplyParser) parser = smtp_reply_parser_new (0);
      g_autoptr (GString) summary = g_string_new (NULL);
      g_autoptr (SmtpReply) reply = NULL;
      char *fed = exact_copy (cases[i].fed, cases[i].fed_length);
      char *rest = exact_copy (cases[i].rest, cases[i].rest_length);
      const char *raw;
      gsize length;

      g_test_message ("%s", cases[i].what);
      smtp_reply_parser_feed (parser, fed, cases[i].fed_length, &reply);
      g_assert_null (reply);
      reply = smtp_reply_parser_take_rest (parser, rest, cases[i].rest_length);
      free (fed);
      free (rest);
      if (cases[i].reply == NULL)
        {
          g_assert_null (reply);
          continue;
        }

      summarise (summary, reply);
      g_assert_cmpstr (summary->str, ==, cases[i].reply);
      raw = smtp_reply_get_raw (reply, &length);
      g_assert_cmpuint (length, ==, cases[i].fed_length + cases[i].rest_length);
      g_assert_cmpmem (raw, cases[i].fed_length, cases[i].fed, cases[i].fed_length);
      g_assert_cmpmem (raw + cases[i].fed_length, cases[i].rest_length, cases[i].rest, cases[i].rest_length);
      g_assert_cmpuint (smtp_reply_parser_get_pending (parser, NULL), ==, 0);
    }
}

/* 64 KiB of what is not SMTP are enough; what the parser takes afterwards is not bounded by that. */
static void
test_take_rest_limit (void)
{
  g_autofree char *text = g_strnfill (100000, 'x');
  g_autoptr (SmtpReplyParser) parser = smtp_reply_parser_new (0);
  g_autoptr (SmtpReply) reply = smtp_reply_parser_take_rest (parser, text, 100000);
  g_autoptr (SmtpReply) next = NULL;
  g_autoptr (SmtpReply) fed = NULL;
  gsize length;

  smtp_reply_get_raw (reply, &length);
  g_assert_cmpuint (length, ==, 65536);
  g_assert_cmpuint (smtp_reply_get_dropped (reply), ==, 100000 - 65536);
  g_assert_cmpint (smtp_reply_get_flaws (reply), ==, SMTP_REPLY_FLAW_NO_CODE | SMTP_REPLY_FLAW_TOO_LARGE);
  g_assert_false (smtp_reply_parser_is_full (parser));

  smtp_reply_parser_feed (parser, text, 100000, &fed);
  g_assert_null (fed);
  g_assert_cmpuint (smtp_reply_parser_get_pending (parser, NULL), ==, 100000);
  next = smtp_reply_parser_take_rest (parser, text, 100);
  smtp_reply_get_raw (next, &length);
  g_assert_cmpuint (length, ==, 100000);
  g_assert_cmpuint (smtp_reply_get_dropped (next), ==, 100);
}

static void
test_line_lengths (void)
{
  static const struct
  {
    gsize       length; /* with its end */
    const char *end;
    End         how;
    const char *replies;
  } cases[] = {
    { 512, "\r\n", END_OPEN, "250/1;" },
    { 513, "\r\n", END_OPEN, "250/1 long-line;" },
    { 512, "\n", END_OPEN, "250/1 bare-lf;" },
    { 513, "\n", END_OPEN, "250/1 bare-lf long-line;" },
    { 512, "", END_FINISH, "250/1 incomplete;" },
    { 513, "", END_FINISH, "250/1 long-line incomplete;" },
    { 4096, "\r\n", END_OPEN, "250/1 long-line;" },
    { 4097, "\r\n", END_OPEN, "250/1 long-line;" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *fill = g_strnfill (cases[i].length - 4 - strlen (cases[i].end), 'x');
      g_autofree char *text = g_strconcat ("250 ", fill, cases[i].end, NULL);
      g_autofree char *what = g_strdup_printf ("%zu", cases[i].length);
      const Case expected = { what, text, cases[i].length, cases[i].replies, 0, cases[i].how };

      check_case (&expected);
    }
}

static void
check_large (const Case *expected)
{
  static const gsize pieces[] = { 1, 7, 4096, 65536, G_MAXSIZE / 2 };
  Result whole = run (expected, expected->length, 1);

  g_assert_cmpmem (whole.raw->str, whole.raw->len, expected->bytes, expected->length);
  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++)
    check_run (expected, 0, MIN (pieces[i], expected->length), &whole);
  check_run (expected, expected->length - 1, 1, &whole);
  result_clear (&whole);
}

static void
test_large (void)
{
  g_autofree char *fill = g_strnfill (1 << 20, 'x');
  g_autofree char *line = g_strconcat ("250 ", fill, "\r\n", NULL);
  g_autoptr (GString) lines = g_string_new (NULL);
  const Case one = { "a line of a megabyte", line, strlen (line), "250/1 long-line;", 0, END_OPEN };
  Case many = { "a reply of 200000 lines", NULL, 0, "250/200000;", 0, END_OPEN };

  for (guint i = 1; i <= 200000; i++)
    g_string_append_printf (lines, "250%c%u\r\n", i < 200000 ? '-' : ' ', i);
  many.bytes = lines->str;
  many.length = lines->len;

  check_large (&one);
  check_large (&many);
}

/* What stands behind a reply is for the caller to bring again. */
static void
test_not_taken (void)
{
  g_autoptr (SmtpReplyParser) parser = smtp_reply_parser_new (0);
  const char *bytes = "250-a\r\n250 b\r\n354 c\r\n550";
  SmtpReply *reply;

  g_assert_cmpuint (smtp_reply_parser_feed (parser, bytes, strlen (bytes), &reply), ==, 14);
  g_assert_nonnull (reply);
  smtp_reply_unref (reply);
  g_assert_cmpuint (smtp_reply_parser_get_pending (parser, NULL), ==, 0);

  g_assert_cmpuint (smtp_reply_parser_feed (parser, bytes + 14, strlen (bytes) - 14, &reply), ==, 7);
  g_assert_cmpuint (smtp_reply_get_code (reply), ==, 354);
  smtp_reply_unref (reply);

  g_assert_cmpuint (smtp_reply_parser_feed (parser, bytes + 21, strlen (bytes) - 21, &reply), ==, 3);
  g_assert_null (reply);
  g_assert_cmpuint (smtp_reply_parser_get_pending (parser, &bytes), ==, 3);
  g_assert_cmpmem (bytes, 3, "550", 3);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/reply-parser/good", test_good);
  g_test_add_func ("/reply-parser/flaws", test_flaws);
  g_test_add_func ("/reply-parser/finish", test_finish);
  g_test_add_func ("/reply-parser/limit", test_limit);
  g_test_add_func ("/reply-parser/take-rest", test_take_rest);
  g_test_add_func ("/reply-parser/take-rest-limit", test_take_rest_limit);
  g_test_add_func ("/reply-parser/line-lengths", test_line_lengths);
  g_test_add_func ("/reply-parser/large", test_large);
  g_test_add_func ("/reply-parser/not-taken", test_not_taken);

  return g_test_run ();
}
