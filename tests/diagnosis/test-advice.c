/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Every code of the layers below has its sentence, and the sentences name what they are about. */

#include <string.h>

#include "diagnosis/smtp-advice.h"
#include "dialogue/smtp-step-private.h"
#include "protocol/smtp-mailbox.h"
#include "support/run-dialogue.h"

#define RUN_PLAN PLAN ("to=bob@elsewhere.test", "message=x", "stop=message")

static void
test_errors (void)
{
  static const struct
  {
    GQuark (*domain) (void);
    int    last;
  } domains[] = {
    { smtp_plan_error_quark, SMTP_PLAN_ERROR_FAMILY },
    { smtp_mailbox_error_quark, SMTP_MAILBOX_ERROR_NOT_ASCII },
    { smtp_command_error_quark, SMTP_COMMAND_ERROR_EMPTY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (domains); i++)
    {
      for (int code = 0; code <= domains[i].last; code++)
        {
          g_autoptr (GError) error = g_error_new_literal (domains[i].domain (), code, "raw message");
          g_autofree char *words = smtp_advice_for_error (error);

          /* Only the system can say why a file cannot be read. */
          if (i == 0 && code == SMTP_PLAN_ERROR_FILE)
            g_assert_cmpstr (words, ==, "raw message");
          else
            g_assert_true (strcmp (words, "raw message") != 0 && strlen (words) > 10);
        }
    }
}

static void
test_foreign_errors (void)
{
  g_autoptr (GError) foreign = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "as the system said it");
  g_autoptr (GError) unknown = g_error_new_literal (SMTP_PLAN_ERROR, 999, "from the future");
  g_autofree char *foreign_words = smtp_advice_for_error (foreign);
  g_autofree char *unknown_words = smtp_advice_for_error (unknown);

  g_assert_cmpstr (foreign_words, ==, "as the system said it");
  g_assert_cmpstr (unknown_words, ==, "from the future");
}

typedef struct
{
  const char *name;
  const char *events[10];
  const char *note;
} Failure;

static const Failure failures[] = {
  { "no-such-name", { "-no-such-name" }, "There is no address for the name mail.example.test. Check its spelling." },
  { "lookup", { "-lookup" }, "The name mail.example.test could not be looked up: the name service did not give an answer." },
  { "lookup-timeout", { "#19990", "-timeout" }, "The name service did not answer within 20 seconds." },
  { "refused", { "@192.0.2.25", "-refused" }, "Nobody listens at 192.0.2.25 port 25: the connection was refused." },
  { "refused-6", { "@2001:db8::25", "-refused" }, "Nobody listens at 2001:db8::25 port 25: the connection was refused." },
  { "unreachable", { "@192.0.2.25", "-unreachable" }, "There is no way to 192.0.2.25 port 25: the network or host cannot be reached." },
  { "greeting-closed", { "@192.0.2.25", "", "-closed" }, "The server closed the connection without a reply." },
  { "greeting-broken", { "@192.0.2.25", "220 m", "-closed" }, "The server closed the connection in the middle of its reply." },
  { "greeting-timeout", { "@192.0.2.25", "", "#30000", "-timeout" }, "Connected, but the server said nothing for 30 seconds. It may be overloaded, or expect TLS from the first byte (port 465 does)." },
  { "greeting-half", { "@192.0.2.25", "220-m", "#990", "-timeout" }, "The reply was not complete after 1 second." },
  { "reset", { "@192.0.2.25", "220 mx\r\n", "-reset" }, "The connection was cut off, by the server or by something in between." },
  { "command-timeout", { "@192.0.2.25", "220 mx\r\n", "#60000", "-timeout" }, "There was no reply within 60 seconds." },
  { "cancelled", { "@192.0.2.25", "220 mx\r\n", "-cancelled" }, "Stopped by you." },
  { "io", { "@192.0.2.25", "220 mx\r\n", "-io" }, "The connection failed: Broken pipe." },
  { "http", { "@192.0.2.25", "HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n" }, "A web server answers here, not a mail server." },
  { "html", { "@192.0.2.25", "<html>\r\n" }, "A web server answers here, not a mail server." },
  { "ssh", { "@192.0.2.25", "SSH-2.0-OpenSSH_9.2p1\r\n" }, "An SSH server answers here, not a mail server." },
  { "imap", { "@192.0.2.25", "* OK IMAP4rev1 ready\r\n" }, "An IMAP server answers here: it hands mail out and does not take any. SMTP is on port 25, 587 or 465." },
  { "pop3", { "@192.0.2.25", "+OK ready\r\n" }, "A POP3 server answers here: it hands mail out and does not take any. SMTP is on port 25, 587 or 465." },
  { "garbage", { "@192.0.2.25", "hello there\r\n" }, "What came is not an SMTP reply. Another kind of server may listen on this port." },
  { "tls", { "@192.0.2.25", "=FQMBAAICKA==" }, "The server speaks TLS from the first byte. This port wants an encrypted connection; without encryption try port 25 or 587." },
  { "content-lost", { "@192.0.2.25", "220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "-closed" },
    "The server closed the connection without a reply. The message was already sent in full, so it may have been accepted all the same." },
  { "content-cut", { "@192.0.2.25", "220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "~", "-reset" },
    "The connection was cut off, by the server or by something in between." },
  { "content-timeout", { "@192.0.2.25", "220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "#599990", "-timeout" },
    "There was no reply within 600 seconds. The message was already sent in full, so it may have been accepted all the same." },
  { "content-cancelled", { "@192.0.2.25", "220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "-cancelled" },
    "Stopped by you. The message was already sent in full, so it may have been accepted all the same." },
  { "file", { "@192.0.2.25", "220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "~", "-file" },
    "The message file could not be read to its end: Input/output error. The message was not completed." },
};

static void
test_failure (gconstpointer data)
{
  static const char *const plan[] = { "host=mail.example.test", "to=bob@elsewhere.test", "message=x", "stop=message", NULL };
  const Failure *failure = data;
  g_autoptr (DialogueRun) run = dialogue_run_new (plan, failure->events);
  g_autofree char *found = NULL;
  guint n = 0;

  for (guint i = 0; i < smtp_transcript_get_n_steps (run->transcript); i++)
    {
      g_autofree char *words = smtp_advice_for_failure (smtp_transcript_get_step (run->transcript, i));
      g_autofree char *note = smtp_advice_for_step (smtp_transcript_get_step (run->transcript, i));

      if (words == NULL)
        continue;
      /* The note of a step that failed is why it failed. */
      g_assert_cmpstr (note, ==, words);
      g_free (found);
      found = g_steal_pointer (&words);
      n++;
    }

  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpstr (found, ==, failure->note);
}

/* A connection that never was cannot have died. */
static void
test_io_failures (void)
{
  static const char *const plan[] = { NULL };
  static const struct
  {
    const char *events[3];
    const char *outcome;
    int         status;
  } cases[] = {
    { { "-io" }, "unreachable", 6 },
    { { "220 mx\r\n", "-io" }, "broken", 8 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (DialogueRun) run = dialogue_run_new (plan, cases[i].events);

      g_assert_cmpstr (smtp_outcome_to_id (smtp_diagnosis_get_outcome (run->diagnosis)), ==, cases[i].outcome);
      g_assert_cmpstr (smtp_diagnosis_get_reason (run->diagnosis), ==, "connection-failed");
      g_assert_cmpint (smtp_diagnosis_get_exit_status (run->diagnosis), ==, cases[i].status);
    }
}

/* No failure is left without words, whatever step it befalls. */
static void
test_all_failures (void)
{
  for (SmtpFailure failure = SMTP_FAILURE_NONE + 1; failure <= SMTP_FAILURE_IO; failure++)
    {
      for (SmtpStepKind kind = SMTP_STEP_LOOKUP; kind <= SMTP_STEP_CLOSE; kind++)
        {
          g_autoptr (SmtpStep) step = smtp_step_new (kind, SMTP_PHASE_RCPT, SMTP_VERB_OTHER, 0, 1);
          g_autofree char *words = NULL;

          smtp_step_set_target (step, "host", 25);
          smtp_step_set_failure (step, failure, NULL);
          smtp_step_settle (step, SMTP_VERDICT_LOST, 2000000);
          words = smtp_advice_for_failure (step);
          g_assert_nonnull (words);
          g_assert_null (strstr (words, "(null)"));
        }
    }
}

static char *
get_note (DialogueRun *run,
          guint        index)
{
  return smtp_advice_for_step (smtp_transcript_get_step (run->transcript, index));
}

static void
test_notes (void)
{
  g_autoptr (DialogueRun) run = RUN (PLAN ("host=mail.example.test", "stop=greeting", "close=drop"),
                                     "@192.0.2.25 2001:db8::25", "-refused", "220 mx\r\n");
  g_autofree char *lookup = get_note (run, 0);
  g_autofree char *refused = get_note (run, 1);
  g_autofree char *connected = get_note (run, 2);
  g_autofree char *greeting = get_note (run, 3);
  g_autofree char *closed = get_note (run, 4);

  g_assert_cmpstr (lookup, ==, "Looked up mail.example.test: 192.0.2.25, 2001:db8::25 (2 addresses)");
  g_assert_cmpstr (refused, ==, "Nobody listens at 192.0.2.25 port 25: the connection was refused.");
  g_assert_cmpstr (connected, ==, "Connected to 2001:db8::25 port 25 from 192.0.2.9:40112");
  g_assert_null (greeting);
  g_assert_cmpstr (closed, ==, "Connection closed");
}

static void
test_one_address (void)
{
  g_autoptr (DialogueRun) run = RUN (PLAN ("host=mail.example.test", "stop=connect"), "@192.0.2.25");
  g_autofree char *lookup = get_note (run, 0);

  g_assert_cmpstr (lookup, ==, "Looked up mail.example.test: 192.0.2.25");
}

static void
check_waiting (DialogueRun *run,
               const char  *words)
{
  guint n = smtp_transcript_get_n_steps (run->transcript);
  g_autofree char *found = smtp_advice_for_waiting (smtp_transcript_get_step (run->transcript, n - 1));

  g_assert_cmpstr (found, ==, words);
  dialogue_run_free (run);
}

static void
test_waiting (void)
{
  g_autoptr (SmtpStep) closing = smtp_step_new (SMTP_STEP_CLOSE, SMTP_PHASE_CLOSE, SMTP_VERB_OTHER, 0, 1);
  g_autoptr (SmtpStep) connecting = smtp_step_new (SMTP_STEP_CONNECT, SMTP_PHASE_CONNECT, SMTP_VERB_CONNECT, 0, 1);
  g_autofree char *closing_words = smtp_advice_for_waiting (closing);
  g_autofree char *connecting_words = NULL;

  smtp_step_set_target (connecting, "192.0.2.25", 587);
  connecting_words = smtp_advice_for_waiting (connecting);
  g_assert_cmpstr (connecting_words, ==, "Connecting to 192.0.2.25 port 587");
  g_assert_cmpstr (closing_words, ==, "Closing the connection");

  check_waiting (RUN (PLAN ("host=mail.example.test", "stop=connect"), NULL), "Looking up mail.example.test");
  check_waiting (RUN (RUN_PLAN, NULL), "Waiting for the greeting");
  check_waiting (RUN (RUN_PLAN, "220 mx\r\n"), "Waiting for the reply to EHLO");
  check_waiting (RUN (RUN_PLAN, "220 mx\r\n", "250 mx\r\n", "250 ok\r\n"), "Waiting for the reply to RCPT");
  check_waiting (RUN (RUN_PLAN, "220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "~"), "Sending the message");
  check_waiting (RUN (RUN_PLAN, "220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n"),
                 "Waiting for the reply to the message");
}

/* Before anything is done, people are told whether a message will be sent. */
static void
test_plans (void)
{
  static const struct
  {
    const char *stop;
    const char *one;
    const char *two;
  } cases[] = {
    { "connect", "Connects and hangs up. The server is not asked anything.", NULL },
    { "greeting", "Connects and reads the greeting. No message is sent.", NULL },
    { "ehlo", "Connects, reads the greeting and what the server can do. No message is sent.", NULL },
    { "mail", "Asks whether the server accepts the sender. No message is sent.", NULL },
    { "rcpt", "Asks about 1 recipient. No message is sent.", "Asks about 2 recipients. No message is sent." },
    { "data", "Asks up to the permission to send (DATA), then hangs up. No message is sent.", NULL },
    { "message", "Sends a test message to 1 recipient.", "Sends a test message to 2 recipients." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SmtpPlan) plan = smtp_plan_new ();
      g_autoptr (GBytes) message = g_bytes_new_static ("x", 1);
      g_autoptr (GError) error = NULL;
      g_autofree char *one = NULL;
      g_autofree char *two = NULL;

      smtp_plan_set_message (plan, message);
      smtp_plan_set (plan, SMTP_PLAN_STOP_AFTER, cases[i].stop, &error);
      g_assert_no_error (error);
      smtp_plan_set (plan, SMTP_PLAN_RECIPIENT, "a@example.test", &error);
      g_assert_no_error (error);
      one = smtp_advice_for_plan (plan);
      smtp_plan_set (plan, SMTP_PLAN_RECIPIENT, "b@example.test", &error);
      g_assert_no_error (error);
      two = smtp_advice_for_plan (plan);

      g_assert_cmpstr (one, ==, cases[i].one);
      g_assert_cmpstr (two, ==, cases[i].two != NULL ? cases[i].two : cases[i].one);
      g_assert_true ((strstr (one, "No message is sent.") != NULL) != (strcmp (cases[i].stop, "message") == 0 ||
                                                                      strcmp (cases[i].stop, "connect") == 0));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/advice/errors", test_errors);
  g_test_add_func ("/advice/foreign-errors", test_foreign_errors);
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      g_autofree char *name = g_strconcat ("/advice/failure/", failures[i].name, NULL);

      g_test_add_data_func (name, &failures[i], test_failure);
    }
  g_test_add_func ("/advice/all-failures", test_all_failures);
  g_test_add_func ("/advice/io-failures", test_io_failures);
  g_test_add_func ("/advice/notes", test_notes);
  g_test_add_func ("/advice/one-address", test_one_address);
  g_test_add_func ("/advice/waiting", test_waiting);
  g_test_add_func ("/advice/plans", test_plans);

  return g_test_run ();
}
