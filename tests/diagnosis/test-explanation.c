/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "diagnosis/smtp-explanation.h"
#include "support/run-dialogue.h"

/* The whole text of the explanation pane. */
static void
test_describe (void)
{
  static const struct
  {
    SmtpVerb    verb;
    const char *reply;
    const char *text;
  } cases[] = {
    { SMTP_VERB_RCPT, "550 5.1.1 no such user\r\n",
      "5 = permanent: the same command will fail again\n"
      "5 = the mail system: mailboxes and delivery\n"
      "5.1.1 = mailbox does not exist\n"
      "An expected answer to RCPT (RFC 5321 4.1.1.3)." },
    { SMTP_VERB_CONNECT, "220 mx\r\n",
      "2 = success: the command was carried out\n"
      "2 = the connection itself\n"
      "An expected answer to the connection (RFC 5321 3.1)." },
    { SMTP_VERB_DATA, "354 go on\r\n",
      "3 = go on: the server waits for more\n"
      "5 = the mail system: mailboxes and delivery\n"
      "An expected answer to DATA (RFC 5321 4.1.1.4)." },
    { SMTP_VERB_MAIL, "454 5.9.1 hm\r\n",
      "4 = temporary: the same command may work later\n"
      "5 = the mail system: mailboxes and delivery\n"
      "5.9.1 = not registered: the server's own\n"
      "Not an answer that the standard foresees to MAIL (RFC 5321 4.1.1.2); the first digit counts.\n"
      "The enhanced status code is of another class than the reply code." },
    { SMTP_VERB_EHLO, "250-mx\n251 \xe4\r\n",
      "2 = success: the command was carried out\n"
      "5 = the mail system: mailboxes and delivery\n"
      "Not an answer that the standard foresees to EHLO (RFC 5321 4.1.1.1); the first digit counts.\n"
      "The lines of this reply carry different codes; the last one counts.\n"
      "A line ends with LF alone instead of CR LF.\n"
      "There are characters outside ASCII in it.\n"
      "There are bytes in it that are not UTF-8." },
    { SMTP_VERB_CONTENT, "250 2.0.0 Ok\r\n",
      "2 = success: the command was carried out\n"
      "5 = the mail system: mailboxes and delivery\n"
      "2.0.0 = no more is said than the class\n"
      "An expected answer to the message text (RFC 5321 4.1.1.4)." },
    { SMTP_VERB_CONNECT, "HTTP/1.1 400 Bad Request\r\n",
      "Not an answer that the standard foresees to the connection (RFC 5321 3.1); the first digit counts.\n"
      "A line has no three-digit code." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (DialogueRun) run = dialogue_run_reply (cases[i].verb, cases[i].reply);
      g_autofree char *text = smtp_explanation_describe (dialogue_run_find (run, cases[i].verb));

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_without_reply (void)
{
  g_autoptr (DialogueRun) run = RUN (PLAN ("to=bob@elsewhere.test"), "220 mx\r\n", "-timeout");
  SmtpStep *step = dialogue_run_find (run, SMTP_VERB_EHLO);
  SmtpExplanation explanation;

  g_assert_false (smtp_explanation_get (step, &explanation));
  g_assert_null (smtp_explanation_describe (step));
  g_assert_null (smtp_explanation_expected (step));
}

/* Half a reply is explained, but nothing is built on it. */
static void
test_incomplete (void)
{
  g_autoptr (DialogueRun) run = RUN (PLAN ("to=bob@elsewhere.test"), "220 mx\r\n", "550-5.1.1 no such user\r\n550", "-closed");
  SmtpStep *step = dialogue_run_find (run, SMTP_VERB_EHLO);
  g_autofree char *text = smtp_explanation_describe (step);
  SmtpExplanation explanation = { NULL, };

  g_assert_true (smtp_explanation_get (step, &explanation));
  g_assert_cmpint (explanation.certainty, ==, SMTP_CERTAINTY_LOW);
  g_assert_null (smtp_explanation_expected (step));
  g_assert_true (g_str_has_suffix (text, "\nThe reply breaks off."));
}

static void
test_unasked (void)
{
  g_autoptr (DialogueRun) run = RUN (PLAN ("to=bob@elsewhere.test"), "220 mx\r\n250 more\r\n");
  SmtpStep *step = smtp_transcript_get_step (run->transcript, 2);
  g_autofree char *expected = smtp_explanation_expected (step);

  g_assert_cmpint (smtp_step_get_kind (step), ==, SMTP_STEP_UNASKED);
  g_assert_cmpstr (expected, ==, "Nobody asked for this reply (RFC 5321 4.2).");
}

static void
test_sources (void)
{
  static const struct
  {
    const char *reply;
    const char *source;
  } cases[] = {
    { "550 hm\r\n", "RFC 5321 4.2.3" },
    { "556 hm\r\n", "RFC 7504" },
    { "550 5.7.54 hm\r\n", "known use of the enhanced status code" },
    { "535 hm\r\n", "RFC 4954" },
    { "521 hm\r\n", "RFC 7504" },
    { "550 5.3.5 hm\r\n", "RFC 3463, IANA registry" },
    { "550 no such user\r\n", "wording of the reply" },
    { "599 hm\r\n", "RFC 5321 4.2.1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (DialogueRun) run = dialogue_run_reply (SMTP_VERB_RCPT, cases[i].reply);
      SmtpExplanation explanation = { NULL, };

      g_assert_true (smtp_explanation_get (dialogue_run_find (run, SMTP_VERB_RCPT), &explanation));
      g_assert_cmpstr (explanation.source, ==, cases[i].source);
    }
}

/* A huge reply is explained by its beginning, in time that does not grow with it. */
static void
test_huge (void)
{
  g_autoptr (GString) reply = g_string_new (NULL);
  SmtpExplanation explanation = { NULL, };
  g_autoptr (DialogueRun) run = NULL;

  for (guint i = 0; i < 200000; i++)
    g_string_append (reply, "550-no such user\r\n");
  g_string_append (reply, "550 no\r\n");
  run = dialogue_run_reply (SMTP_VERB_RCPT, reply->str);

  g_assert_true (smtp_explanation_get (dialogue_run_find (run, SMTP_VERB_RCPT), &explanation));
  g_assert_cmpstr (explanation.id, ==, "mailbox-unknown");
}

/* What cannot be words must not be read past its end either. */
static void
test_strange_bytes (void)
{
  static const char *const replies[] = {
    "550 \r\n", "550\r\n", "550 @\r\n", "550 \t \x01 \x7f\r\n", "550 \xff\xfe\xc3\r\n", "550 a@b c@d\r\n",
    "550  no  such   user  \r\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      g_autoptr (DialogueRun) run = dialogue_run_reply (SMTP_VERB_RCPT, replies[i]);
      SmtpExplanation explanation = { NULL, };

      g_assert_true (smtp_explanation_get (dialogue_run_find (run, SMTP_VERB_RCPT), &explanation));
      g_assert_cmpstr (explanation.id, ==, i + 1 < G_N_ELEMENTS (replies) ? "recipient-refused" : "mailbox-unknown");
    }
}

static void
test_digits (void)
{
  for (guint code = 200; code < 600; code++)
    {
      g_autofree char *bytes = g_strdup_printf ("%u hm\r\n", code);
      g_autoptr (DialogueRun) run = dialogue_run_reply (SMTP_VERB_EHLO, bytes);
      SmtpReply *reply = smtp_step_get_reply (dialogue_run_find (run, SMTP_VERB_EHLO));
      const char *first = smtp_explanation_first_digit (reply);
      const char *second = smtp_explanation_second_digit (reply);

      g_assert_cmpint (first[0], ==, '0' + (int) (code / 100));
      if (code / 10 % 10 <= 5)
        g_assert_cmpint (second[0], ==, '0' + (int) (code / 10 % 10));
      else
        g_assert_null (second);
    }
}

static void
test_flaws (void)
{
  for (int bit = 0; bit < SMTP_REPLY_N_FLAWS; bit++)
    {
      const char *words = smtp_explanation_flaw (1u << bit);
      const char *advice = smtp_explanation_flaw_advice (1u << bit);

      g_assert_true (words != NULL && g_str_has_suffix (words, "."));
      g_assert_true (advice == NULL || g_str_has_suffix (advice, "."));
    }
}

static void
test_ids (void)
{
  g_assert_cmpstr (smtp_actor_to_id (SMTP_ACTOR_NOBODY), ==, "nobody");
  g_assert_cmpstr (smtp_actor_to_id (SMTP_ACTOR_YOU), ==, "you");
  g_assert_cmpstr (smtp_actor_to_id (SMTP_ACTOR_YOUR_ADMIN), ==, "your-admin");
  g_assert_cmpstr (smtp_actor_to_id (SMTP_ACTOR_THEIR_ADMIN), ==, "their-admin");
  g_assert_cmpstr (smtp_actor_to_id (SMTP_ACTOR_RECIPIENT), ==, "recipient");
  g_assert_cmpstr (smtp_actor_to_id (SMTP_ACTOR_PROVIDER), ==, "provider");
  g_assert_null (smtp_actor_to_words (SMTP_ACTOR_NOBODY));
  g_assert_nonnull (smtp_actor_to_words (SMTP_ACTOR_PROVIDER));
  g_assert_cmpstr (smtp_retry_to_id (SMTP_RETRY_NO), ==, "no");
  g_assert_cmpstr (smtp_retry_to_id (SMTP_RETRY_LATER), ==, "later");
  g_assert_cmpstr (smtp_retry_to_id (SMTP_RETRY_AFTER_CHANGE), ==, "after-change");
  g_assert_nonnull (smtp_retry_to_words (SMTP_RETRY_AFTER_CHANGE));
  g_assert_cmpstr (smtp_certainty_to_id (SMTP_CERTAINTY_LOW), ==, "low");
  g_assert_cmpstr (smtp_certainty_to_id (SMTP_CERTAINTY_MEDIUM), ==, "medium");
  g_assert_cmpstr (smtp_certainty_to_id (SMTP_CERTAINTY_HIGH), ==, "high");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/explanation/describe", test_describe);
  g_test_add_func ("/explanation/without-reply", test_without_reply);
  g_test_add_func ("/explanation/incomplete", test_incomplete);
  g_test_add_func ("/explanation/unasked", test_unasked);
  g_test_add_func ("/explanation/sources", test_sources);
  g_test_add_func ("/explanation/huge", test_huge);
  g_test_add_func ("/explanation/strange-bytes", test_strange_bytes);
  g_test_add_func ("/explanation/digits", test_digits);
  g_test_add_func ("/explanation/flaws", test_flaws);
  g_test_add_func ("/explanation/ids", test_ids);

  return g_test_run ();
}
