/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "exact.h"
#include "protocol/smtp-mailbox.h"

#define N SMTP_MAILBOX_NULL_ALLOWED
#define P SMTP_MAILBOX_POSTMASTER_ALLOWED

static char *
parse_exact (const char        *text,
             SmtpMailboxFlags   flags,
             GError           **error)
{
  char *copy = exact_copy (text, strlen (text) + 1);
  char *path = smtp_mailbox_parse (copy, flags, error);

  free (copy);

  return path;
}

static void
test_valid (void)
{
  static const struct
  {
    const char       *what;
    const char       *text;
    const char       *path; /* NULL: as the text */
    SmtpMailboxFlags  flags;
  } cases[] = {
    { "plain", "user@example.test", NULL, 0 },
    { "dots", "a.b.c@example.test", NULL, 0 },
    { "every character of an atom", "!#$%&'*+-/=?^_`{|}~09azAZ@example.test", NULL, 0 },
    { "case is kept", "User@Example.TEST", NULL, 0 },
    { "one label", "root@localhost", NULL, 0 },
    { "labels of one letter and digits", "a@b.1.c", NULL, 0 },
    { "hyphens inside", "a@x-y--z.example.test", NULL, 0 },
    { "an underscore", "a@under_score.example.test", NULL, 0 },
    { "quoted", "\"user\"@example.test", NULL, 0 },
    { "quoted, empty", "\"\"@example.test", NULL, 0 },
    { "quoted with space", "\"a b\"@example.test", NULL, 0 },
    { "quoted with @", "\"a@b\"@example.test", NULL, 0 },
    { "quoted with quote and backslash", "\"a\\\"b\\\\c\"@example.test", NULL, 0 },
    { "quoted with specials", "\"()<>[]:;@,.\"@example.test", NULL, 0 },
    { "quoted with specials, in brackets", "<\"()<>[]:;@,.\"@example.test>", "\"()<>[]:;@,.\"@example.test", 0 },
    { "quoted with an escaped quote and a bracket, in brackets", "<\"a\\\">b\"@example.test>",
      "\"a\\\">b\"@example.test", 0 },
    { "quoted dots", "\"..\"@example.test", NULL, 0 },
    { "IPv4 literal", "a@[192.0.2.1]", NULL, 0 },
    { "IPv6 literal", "a@[IPv6:2001:db8::1]", NULL, 0 },
    { "IPv6 literal, tag in lower case", "a@[ipv6:::1]", NULL, 0 },
    { "IPv6 literal with IPv4 inside", "a@[IPv6:::ffff:192.0.2.1]", NULL, 0 },
    { "brackets", "<user@example.test>", "user@example.test", 0 },
    { "brackets and spaces", "  < user@example.test >\r\n", "user@example.test", 0 },
    { "a name", "Bob Builder <bob@example.test>", "bob@example.test", 0 },
    { "a quoted name", "\"Builder, Bob <x>\" <bob@example.test>", "bob@example.test", 0 },
    { "a quoted name with a quote", "\"Bob \\\"<\\\" Builder\" <bob@example.test>", "bob@example.test", 0 },
    { "a name beyond ASCII", "J\xc3\xbcrgen <j@example.test>", "j@example.test", 0 },
    { "a name and a tab", "Bob\t<bob@example.test>", "bob@example.test", 0 },
    { "a name without space", "Bob<bob@example.test>", "bob@example.test", 0 },
    { "IDN", "a@b\xc3\xbc" "cher.example", "a@xn--bcher-kva.example", 0 },
    { "IDN in capitals", "A@B\xc3\x9c" "CHER.example", "A@xn--bcher-kva.example", 0 },
    { "IDN, already an A-label", "a@xn--bcher-kva.example", NULL, 0 },
    { "IDN in another script", "a@\xe4\xbe\x8b\xe3\x81\x88.\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88",
      "a@xn--r8jz45g.xn--zckzah", 0 },
    { "IDN with an ideographic full stop", "a@\xe4\xbe\x8b\xe3\x81\x88\xe3\x80\x82test", "a@xn--r8jz45g.test", 0 },
    { "IDN behind a quoted local-part", "\"a b\"@b\xc3\xbc" "cher.example", "\"a b\"@xn--bcher-kva.example", 0 },
    { "null reverse-path", "", "", N },
    { "null reverse-path of spaces", "  ", "", N },
    { "null reverse-path in brackets", "<>", "", N },
    { "null reverse-path in brackets with spaces", " < > ", "", N },
    { "postmaster", "postmaster", NULL, P },
    { "postmaster in brackets and capitals", "<PostMaster>", "PostMaster", P },
    { "an address where more is allowed", "user@example.test", NULL, N | P },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = parse_exact (cases[i].text, cases[i].flags, &error);

      g_test_message ("%s: %s", cases[i].what, cases[i].text);
      g_assert_no_error (error);
      g_assert_cmpstr (path, ==, cases[i].path != NULL ? cases[i].path : cases[i].text);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char       *what;
    const char       *text;
    SmtpMailboxError  code;
    SmtpMailboxFlags  flags;
  } cases[] = {
    { "nothing", "", SMTP_MAILBOX_ERROR_EMPTY, P },
    { "spaces", " \t ", SMTP_MAILBOX_ERROR_EMPTY, 0 },
    { "empty brackets", "<>", SMTP_MAILBOX_ERROR_EMPTY, 0 },
    { "a name and empty brackets", "Bob < >", SMTP_MAILBOX_ERROR_EMPTY, 0 },
    { "CRLF inside", "a@example.test\r\nDATA", SMTP_MAILBOX_ERROR_CONTROL, 0 },
    { "LF in the local-part", "a\nb@example.test", SMTP_MAILBOX_ERROR_CONTROL, 0 },
    { "CR in brackets", "<a@example.test\r>x>", SMTP_MAILBOX_ERROR_CONTROL, 0 },
    { "a command line before brackets", "a@example.test\r\nRCPT TO:<b@example.test>", SMTP_MAILBOX_ERROR_CONTROL, 0 },
    { "ESC in a name", "Bob \x1b[1m <bob@example.test>", SMTP_MAILBOX_ERROR_CONTROL, 0 },
    { "LF in brackets", "<a@exa\nmple.test>", SMTP_MAILBOX_ERROR_CONTROL, 0 },
    { "a tab", "a\t@example.test", SMTP_MAILBOX_ERROR_CONTROL, 0 },
    { "a control character in quotes", "\"a\x01\"@example.test", SMTP_MAILBOX_ERROR_CONTROL, 0 },
    { "an escaped control character in quotes", "\"a\\\x01\"@example.test", SMTP_MAILBOX_ERROR_CONTROL, 0 },
    { "DEL", "a@example.test\x7f", SMTP_MAILBOX_ERROR_CONTROL, 0 },
    { "a control character alone", "\x01", SMTP_MAILBOX_ERROR_CONTROL, N | P },
    { "no @", "example.test", SMTP_MAILBOX_ERROR_NO_AT, 0 },
    { "@ in quotes only", "\"a@example.test\"", SMTP_MAILBOX_ERROR_NO_AT, 0 },
    { "@ behind an open quote", "\"a@example.test", SMTP_MAILBOX_ERROR_NO_AT, 0 },
    { "postmaster, where not allowed", "postmaster", SMTP_MAILBOX_ERROR_NO_AT, N },
    { "another name without domain", "root", SMTP_MAILBOX_ERROR_NO_AT, P },
    { "no local-part", "@example.test", SMTP_MAILBOX_ERROR_LOCAL_PART, 0 },
    { "a dot first", ".a@example.test", SMTP_MAILBOX_ERROR_LOCAL_PART, 0 },
    { "a dot last", "a.@example.test", SMTP_MAILBOX_ERROR_LOCAL_PART, 0 },
    { "a dot alone", ".@example.test", SMTP_MAILBOX_ERROR_LOCAL_PART, 0 },
    { "two dots", "a..b@example.test", SMTP_MAILBOX_ERROR_LOCAL_PART, 0 },
    { "a space", "a b@example.test", SMTP_MAILBOX_ERROR_LOCAL_PART, 0 },
    { "two @", "a@b@example.test", SMTP_MAILBOX_ERROR_LOCAL_PART, 0 },
    { "a backslash", "a\\b@example.test", SMTP_MAILBOX_ERROR_LOCAL_PART, 0 },
    { "brackets inside", "a(b)@example.test", SMTP_MAILBOX_ERROR_LOCAL_PART, 0 },
    { "a quoted part and more", "\"a\"b@example.test", SMTP_MAILBOX_ERROR_LOCAL_PART, 0 },
    { "quotes inside", "a\"b\"@example.test", SMTP_MAILBOX_ERROR_LOCAL_PART, 0 },
    { "quoted and dotted", "\"a\".b@example.test", SMTP_MAILBOX_ERROR_LOCAL_PART, 0 },
    { "a source route", "@relay.test:a@example.test", SMTP_MAILBOX_ERROR_LOCAL_PART, 0 },
    { "a source route in brackets", "<@relay.test,@b.test:a@example.test>", SMTP_MAILBOX_ERROR_LOCAL_PART, 0 },
    { "parameters pasted in", "a@example.test> SIZE=1", SMTP_MAILBOX_ERROR_DOMAIN, 0 },
    { "no domain", "a@", SMTP_MAILBOX_ERROR_DOMAIN, 0 },
    { "a dot as domain", "a@.", SMTP_MAILBOX_ERROR_DOMAIN, 0 },
    { "a dot before the domain", "a@.example.test", SMTP_MAILBOX_ERROR_DOMAIN, 0 },
    { "a dot behind the domain", "a@example.test.", SMTP_MAILBOX_ERROR_DOMAIN, 0 },
    { "two dots in the domain", "a@example..test", SMTP_MAILBOX_ERROR_DOMAIN, 0 },
    { "a hyphen first", "a@-example.test", SMTP_MAILBOX_ERROR_DOMAIN, 0 },
    { "a hyphen last", "a@example-.test", SMTP_MAILBOX_ERROR_DOMAIN, 0 },
    { "a space in the domain", "a@example test", SMTP_MAILBOX_ERROR_DOMAIN, 0 },
    { "a port", "a@example.test:25", SMTP_MAILBOX_ERROR_DOMAIN, 0 },
    { "a comma", "a@example.test,b@example.test", SMTP_MAILBOX_ERROR_LOCAL_PART, 0 },
    { "an emoji that is no letter stays out of the local-part", "\xf0\x9f\x93\xa7@example.test",
      SMTP_MAILBOX_ERROR_NOT_ASCII, 0 },
    { "an empty U-label", "a@b\xc3\xbc" "cher..example", SMTP_MAILBOX_ERROR_DOMAIN, 0 },
    { "a bidi override in the domain", "a@\xe2\x80\xae" "example.test", SMTP_MAILBOX_ERROR_DOMAIN, 0 },
    { "a C1 control character in the domain", "a@ex\xc2\x85" "ample.test", SMTP_MAILBOX_ERROR_DOMAIN, 0 },
    { "a full-width @", "a\xef\xbc\xa0" "example.test", SMTP_MAILBOX_ERROR_NO_AT, 0 },
    { "a full-width space that becomes one", "a@b\xe3\x80\x80" "c.test", SMTP_MAILBOX_ERROR_DOMAIN, 0 },
    { "a literal that is none", "a@[nonsense]", SMTP_MAILBOX_ERROR_LITERAL, 0 },
    { "a literal without end", "a@[192.0.2.1", SMTP_MAILBOX_ERROR_LITERAL, 0 },
    { "an empty literal", "a@[]", SMTP_MAILBOX_ERROR_LITERAL, 0 },
    { "a number too large", "a@[192.0.2.256]", SMTP_MAILBOX_ERROR_LITERAL, 0 },
    { "three numbers", "a@[192.0.2]", SMTP_MAILBOX_ERROR_LITERAL, 0 },
    { "IPv6 without its tag", "a@[2001:db8::1]", SMTP_MAILBOX_ERROR_LITERAL, 0 },
    { "IPv6 with a zone", "a@[IPv6:fe80::1%eth0]", SMTP_MAILBOX_ERROR_LITERAL, 0 },
    { "IPv4 with the tag of IPv6", "a@[IPv6:192.0.2.1]", SMTP_MAILBOX_ERROR_LITERAL, 0 },
    { "a literal and more", "a@[192.0.2.1].test", SMTP_MAILBOX_ERROR_LITERAL, 0 },
    { "brackets not closed", "<a@example.test", SMTP_MAILBOX_ERROR_BRACKETS, 0 },
    { "brackets not opened", "a@example.test>", SMTP_MAILBOX_ERROR_BRACKETS, 0 },
    { "closed twice", "<a@example.test>>", SMTP_MAILBOX_ERROR_BRACKETS, 0 },
    { "opened and closed twice", "<<a@example.test>>", SMTP_MAILBOX_ERROR_BRACKETS, 0 },
    { "text behind", "<a@example.test> Bob", SMTP_MAILBOX_ERROR_BRACKETS, 0 },
    { "the wrong way round", ">a@example.test<", SMTP_MAILBOX_ERROR_BRACKETS, 0 },
    { "two in one", "<a@example.test> <b@example.test>", SMTP_MAILBOX_ERROR_BRACKETS, 0 },
    { "only opened", "<", SMTP_MAILBOX_ERROR_BRACKETS, N },
    { "only closed", ">", SMTP_MAILBOX_ERROR_BRACKETS, N },
    { "letters that need SMTPUTF8", "gr\xc3\xbc\xc3\x9f@example.test", SMTP_MAILBOX_ERROR_NOT_ASCII, 0 },
    { "the same, quoted", "\"gr\xc3\xbc\xc3\x9f\"@example.test", SMTP_MAILBOX_ERROR_NOT_ASCII, 0 },
    { "not UTF-8", "gr\xfc\xdf@example.test", SMTP_MAILBOX_ERROR_NOT_ASCII, 0 },
    { "not UTF-8 in the domain", "a@ex\xe4mple.test", SMTP_MAILBOX_ERROR_NOT_ASCII, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = parse_exact (cases[i].text, cases[i].flags, &error);

      g_test_message ("%s", cases[i].what);
      g_assert_cmpstr (path, ==, NULL);
      g_assert_error (error, SMTP_MAILBOX_ERROR, (int) cases[i].code);
    }
}

/* Labels of 63, the last one shorter, to the length wanted. */
static char *
make_domain (gsize length)
{
  char *domain = g_strnfill (length, 'd');

  for (gsize at = 63; at + 1 < length; at += 64)
    domain[at] = '.';

  return domain;
}

static void
test_lengths (void)
{
  static const struct
  {
    const char *what;
    gsize       local;
    gsize       domain;
    int         code;   /* -1: valid */
  } cases[] = {
    { "local-part at its limit", 64, 11, -1 },
    { "local-part one over", 65, 11, SMTP_MAILBOX_ERROR_LOCAL_TOO_LONG },
    { "path at its limit", 64, 189, -1 },
    { "path one over", 64, 190, SMTP_MAILBOX_ERROR_PATH_TOO_LONG },
    { "path at its limit, most of it domain", 1, 252, -1 },
    { "path one over, most of it domain", 1, 253, SMTP_MAILBOX_ERROR_PATH_TOO_LONG },
    { "domain at its limit, so the path is over", 1, 255, SMTP_MAILBOX_ERROR_PATH_TOO_LONG },
    { "domain one over", 1, 256, SMTP_MAILBOX_ERROR_DOMAIN_TOO_LONG },
    { "local-part and domain over", 65, 300, SMTP_MAILBOX_ERROR_LOCAL_TOO_LONG },
    { "a megabyte before the @", 1000000, 11, SMTP_MAILBOX_ERROR_LOCAL_TOO_LONG },
    { "a megabyte behind the @", 1, 1000000, SMTP_MAILBOX_ERROR_DOMAIN_TOO_LONG },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *local = g_strnfill (cases[i].local, 'l');
      g_autofree char *domain = make_domain (cases[i].domain);
      g_autofree char *text = g_strconcat (local, "@", domain, NULL);
      g_autofree char *bracketed = g_strconcat ("Bob <", text, ">", NULL);
      g_autoptr (GError) error = NULL;
      g_autofree char *path = parse_exact (text, 0, &error);
      g_autofree char *inner = parse_exact (bracketed, 0, NULL);

      g_test_message ("%s", cases[i].what);
      if (cases[i].code >= 0)
        g_assert_error (error, SMTP_MAILBOX_ERROR, cases[i].code);
      else
        g_assert_no_error (error);
      g_assert_cmpstr (path, ==, cases[i].code < 0 ? text : NULL);
      g_assert_cmpstr (inner, ==, path);
    }
}

/* The limits are for what goes over the wire. */
static void
test_idn_lengths (void)
{
  static const struct
  {
    const char *what;
    guint       n_letters; /* in each label, 3 octets a letter */
    guint       n_labels;
    int         code;
  } cases[] = {
    { "one label", 10, 1, -1 },
    { "a label at its limit", 57, 1, -1 },
    { "a label one over", 58, 1, SMTP_MAILBOX_ERROR_DOMAIN },
    { "longer than 255 as typed, but not as sent", 50, 3, -1 },
    { "longer than 255 as sent", 50, 5, SMTP_MAILBOX_ERROR_DOMAIN_TOO_LONG },
    { "far longer", 50, 2000, SMTP_MAILBOX_ERROR_DOMAIN_TOO_LONG },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) text = g_string_new ("a@");
      g_autoptr (GError) error = NULL;
      g_autofree char *path = NULL;

      for (guint label = 0; label < cases[i].n_labels; label++)
        {
          for (guint letter = 0; letter < cases[i].n_letters; letter++)
            g_string_append (text, "\xe4\xbe\x8b");
          g_string_append (text, label + 1 < cases[i].n_labels ? "." : "");
        }
      path = parse_exact (text->str, 0, &error);

      g_test_message ("%s: %s", cases[i].what, path);
      if (cases[i].code >= 0)
        {
          g_assert_error (error, SMTP_MAILBOX_ERROR, cases[i].code);
          continue;
        }
      g_assert_no_error (error);
      g_assert_true (g_str_has_prefix (path, "a@xn--") && g_str_is_ascii (path) && strlen (path) <= 254);
    }
}

static void
test_labels (void)
{
  static const struct
  {
    const char *text;
    gboolean    is_domain;
    gboolean    is_literal;
  } cases[] = {
    { "", FALSE, FALSE }, { "a", TRUE, FALSE }, { "a.b", TRUE, FALSE }, { "a.", FALSE, FALSE }, { ".a", FALSE, FALSE },
    { "-", FALSE, FALSE }, { "a-b", TRUE, FALSE }, { "_dmarc.a", TRUE, FALSE }, { "a b", FALSE, FALSE },
    { "a\n", FALSE, FALSE }, { "192.0.2.1", TRUE, FALSE }, { "b\xc3\xbc" "cher", FALSE, FALSE }, { "[", FALSE, FALSE },
    { "[]", FALSE, FALSE }, { "[192.0.2.1]", FALSE, TRUE }, { "[192.0.2.1", FALSE, FALSE },
    { "192.0.2.1]", FALSE, FALSE }, { "[192.0.2.1]]", FALSE, FALSE }, { "[IPv6:::]", FALSE, TRUE },
    { "[IPv6:]", FALSE, FALSE }, { "[IPv6:::1]", FALSE, TRUE }, { "[::1]", FALSE, FALSE },
    { "[IPv6:::1 ]", FALSE, FALSE }, { "[192.0.2.01]", FALSE, FALSE }, { "[0x7f.1]", FALSE, FALSE },
  };
  g_autofree char *label = g_strnfill (63, 'x');
  g_autofree char *longer = g_strnfill (64, 'x');
  g_autofree char *longest = make_domain (255);
  g_autofree char *too_long = make_domain (256);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char *copy = exact_copy (cases[i].text, strlen (cases[i].text) + 1);

      g_test_message ("'%s'", cases[i].text);
      g_assert_cmpint (smtp_mailbox_is_domain (copy), ==, cases[i].is_domain);
      g_assert_cmpint (smtp_mailbox_is_literal (copy), ==, cases[i].is_literal);
      free (copy);
    }

  g_assert_true (smtp_mailbox_is_domain (label));
  g_assert_false (smtp_mailbox_is_domain (longer));
  g_assert_true (smtp_mailbox_is_domain (longest));
  g_assert_false (smtp_mailbox_is_domain (too_long));
}

static void
test_split (void)
{
  static const struct
  {
    const char *what;
    const char *text;
    const char *items; /* with bars between them */
  } cases[] = {
    { "nothing", "", "" },
    { "separators only", " ,;\r\n\t, ", "" },
    { "one", "a@x.test", "a@x.test" },
    { "commas", "a@x.test,b@x.test, c@x.test", "a@x.test|b@x.test|c@x.test" },
    { "semicolons, as Outlook has them", "a@x.test; b@x.test;", "a@x.test|b@x.test" },
    { "spaces and tabs", "a@x.test b@x.test\tc@x.test", "a@x.test|b@x.test|c@x.test" },
    { "lines of every kind", "a@x.test\nb@x.test\r\nc@x.test\rd@x.test\n", "a@x.test|b@x.test|c@x.test|d@x.test" },
    { "brackets", "<a@x.test> <b@x.test>,<c@x.test>", "<a@x.test>|<b@x.test>|<c@x.test>" },
    { "names", "Bob Builder <b@x.test>, Al <a@x.test>", "Bob Builder <b@x.test>|Al <a@x.test>" },
    { "names behind spaces", "b@x.test Bob Builder <b@x.test> Al <a@x.test>",
      "b@x.test|Bob Builder <b@x.test>|Al <a@x.test>" },
    { "a name with a comma, quoted", "\"Builder, Bob\" <b@x.test>, a@x.test", "\"Builder, Bob\" <b@x.test>|a@x.test" },
    { "a name with quotes and a comma, quoted", "\"B. \\\"Bob, Jr\\\" B.\" <b@x.test>, a@x.test",
      "\"B. \\\"Bob, Jr\\\" B.\" <b@x.test>|a@x.test" },
    { "an address as a quoted name", "\"b@x.test\" <b@x.test>, a@x.test", "\"b@x.test\" <b@x.test>|a@x.test" },
    { "an address as a name", "b@x.test <b@x.test>", "b@x.test|<b@x.test>" },
    { "a quoted local-part", "\"a b,c\"@x.test d@x.test", "\"a b,c\"@x.test|d@x.test" },
    { "a quoted local-part with a quote", "\"a\\\" b\"@x.test d@x.test", "\"a\\\" b\"@x.test|d@x.test" },
    { "a quoted local-part with a backslash", "\"a\\\\\"@x.test d@x.test", "\"a\\\\\"@x.test|d@x.test" },
    { "separators in brackets", "<a, b@x.test> c@x.test", "<a, b@x.test>|c@x.test" },
    { "words without @ are kept, to be complained of", "a b, c", "a|b|c" },
    { "an open quote ends with its line", "\"a@x.test, b@x.test\nc@x.test,d@x.test",
      "\"a@x.test, b@x.test|c@x.test|d@x.test" },
    { "an open bracket ends with its line", "<a@x.test, b@x.test\nc@x.test,d@x.test",
      "<a@x.test, b@x.test|c@x.test|d@x.test" },
    { "a line between name and bracket", "Bob\n<b@x.test>", "Bob|<b@x.test>" },
    { "postmaster and the null path", "postmaster <>", "postmaster <>" },
    { "beyond ASCII", "J\xc3\xbcrgen <j@x.test>, \xc3\xa4@x.test", "J\xc3\xbcrgen <j@x.test>|\xc3\xa4@x.test" },
    { "not UTF-8", "\xff\xfe@x.test \x80", "\xff\xfe@x.test|\x80" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char *copy = exact_copy (cases[i].text, strlen (cases[i].text) + 1);
      g_auto (GStrv) items = smtp_mailbox_split (copy);
      g_autofree char *joined = g_strjoinv ("|", items);

      g_test_message ("%s", cases[i].what);
      g_assert_cmpstr (joined, ==, cases[i].items);
      free (copy);
    }
}

/* Somebody pastes the wrong thing. Time by the square of its length would be hours here. */
static void
test_split_much (void)
{
  static const struct
  {
    const char *what;
    const char *piece;
    const char *end;
    guint       n_items; /* of a piece; 0: all is one item */
  } cases[] = {
    { "words", "word ", "", 1 },
    { "words before a bracket", "word ", "<a@x.test>", 0 },
    { "addresses", "a@x.test ", "", 1 },
    { "names", "Bob Builder <a@x.test> ", "", 1 },
    { "open quotes", "\" ", "", 0 },
    { "open brackets", "< ", "", 0 },
    { "spaces", " ", "", 0 },
  };
  const guint n = 400000;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_auto (GStrv) items = NULL;

      for (guint piece = 0; piece < n; piece++)
        g_string_append (text, cases[i].piece);
      g_string_append (text, cases[i].end);
      items = smtp_mailbox_split (text->str);

      g_test_message ("%s: %u items", cases[i].what, g_strv_length (items));
      if (cases[i].n_items > 0)
        g_assert_cmpuint (g_strv_length (items), ==, n * cases[i].n_items);
    }
}

static void
test_equal (void)
{
  static const struct
  {
    const char *a;
    const char *b;
    gboolean    equal;
  } cases[] = {
    { "a@x.test", "a@x.test", TRUE },
    { "a@x.test", "a@X.TEST", TRUE },
    { "a@x.test", "A@x.test", FALSE },
    { "a@x.test", "b@x.test", FALSE },
    { "a@x.test", "a@y.test", FALSE },
    { "a@x.test", "aa@x.test", FALSE },
    { "a@x.test", "a@x.test.test", FALSE },
    { "postmaster@x.test", "POSTMASTER@X.test", TRUE },
    { "postmaster@x.test", "Postmaster@y.test", FALSE },
    { "postmaster", "PostMaster", TRUE },
    { "postmaster", "postmaster@x.test", FALSE },
    { "webmaster@x.test", "Webmaster@x.test", FALSE },
    { "", "", TRUE },
    { "", "a@x.test", FALSE },
    { "\"a@b\"@x.test", "\"a@b\"@X.test", TRUE },
    { "\"a@b\"@x.test", "\"a@B\"@x.test", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s, %s", cases[i].a, cases[i].b);
      g_assert_cmpint (smtp_mailbox_equal (cases[i].a, cases[i].b), ==, cases[i].equal);
      g_assert_cmpint (smtp_mailbox_equal (cases[i].b, cases[i].a), ==, cases[i].equal);
    }
}

static void
test_get_domain (void)
{
  g_assert_cmpstr (smtp_mailbox_get_domain ("a@x.test"), ==, "x.test");
  g_assert_cmpstr (smtp_mailbox_get_domain ("\"a@b\"@x.test"), ==, "x.test");
  g_assert_cmpstr (smtp_mailbox_get_domain ("\"a\\\"@b\"@[192.0.2.1]"), ==, "[192.0.2.1]");
  g_assert_cmpstr (smtp_mailbox_get_domain ("postmaster"), ==, NULL);
  g_assert_cmpstr (smtp_mailbox_get_domain (""), ==, NULL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/mailbox/valid", test_valid);
  g_test_add_func ("/mailbox/refused", test_refused);
  g_test_add_func ("/mailbox/lengths", test_lengths);
  g_test_add_func ("/mailbox/idn-lengths", test_idn_lengths);
  g_test_add_func ("/mailbox/labels", test_labels);
  g_test_add_func ("/mailbox/split", test_split);
  g_test_add_func ("/mailbox/split-much", test_split_much);
  g_test_add_func ("/mailbox/equal", test_equal);
  g_test_add_func ("/mailbox/get-domain", test_get_domain);

  return g_test_run ();
}
