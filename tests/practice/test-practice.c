/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The practice servers: what a probe finds at each of them, what they say to commands no probe sends, and
 * that nothing is left of either end, wherever it stops. */

#include <string.h>

#include "diagnosis/smtp-diagnosis.h"
#include "practice/smtp-practice-server.h"
#include "session/smtp-session.h"
#include "session/smtp-tls.h"
#include "support/dialogue-file.h"

#define WATCHDOG_SECONDS 60

#define GREETED "connect accepted\ngreeting accepted 220\nEHLO accepted 250\n"
#define STARTED GREETED "STARTTLS accepted 220\n"
#define SECURED_WITH(faults) STARTED "handshake accepted" faults "\nEHLO accepted 250\n"
#define SECURED SECURED_WITH ("")
#define MAIL "MAIL accepted 250\n"
#define RCPT "RCPT accepted 250\n"
#define PARTED "RSET accepted 250\nQUIT accepted 221\n"

/* What comes of a probe that asks about the recipients of a personality. */
static const struct
{
  const char *name;
  const char *outcome;     /* and reason, and exit status */
  const char *tls;         /* version and faults, if there was a handshake */
  const char *transcript;
} expectations[] = {
  { "refusals", "partial mailbox-unknown 3", NULL,
    GREETED MAIL RCPT "RCPT refused 550\nRCPT refused 554\n" PARTED },
  { "good", "works ok 0", NULL, GREETED MAIL RCPT RCPT PARTED },
  { "greylisting", "later greylisted 4", NULL, GREETED MAIL "RCPT deferred 450\n" PARTED },
  { "full", "partial mailbox-full 3", NULL, GREETED MAIL RCPT "RCPT deferred 452\n" PARTED },
  { "busy", "later connection-limit 4", NULL, "connect accepted\ngreeting deferred 421\nclose accepted\n" },
  { "slow", "works ok 0", NULL, GREETED MAIL RCPT PARTED },
  { "exchange", "partial relay-denied 3", NULL, GREETED MAIL RCPT RCPT "RCPT refused 550\n" PARTED },
  { "web", "broken greeting-not-smtp 8", NULL, "connect accepted\ngreeting broken 0 no-code\nclose accepted\n" },
  { "tls", "works ok 0", "TLS1.3", SECURED MAIL RCPT RCPT PARTED },
  { "tls-on-connect", "works ok 0", "TLS1.3",
    "connect accepted\nhandshake accepted\ngreeting accepted 220\nEHLO accepted 250\n" MAIL RCPT RCPT PARTED },
  { "tls12", "works ok 0", "TLS1.2", SECURED MAIL RCPT PARTED },
  { "self-signed", "works ok 0", "TLS1.3 self-signed", SECURED_WITH (" self-signed") MAIL RCPT PARTED },
  { "expired", "works ok 0", "TLS1.3 expired", SECURED_WITH (" expired") MAIL RCPT PARTED },
  { "wrong-name", "works ok 0", "TLS1.3 name-mismatch", SECURED_WITH (" name-mismatch") MAIL RCPT PARTED },
  { "missing-intermediate", "works ok 0", "TLS1.3 missing-intermediate", SECURED_WITH (" missing-intermediate") MAIL RCPT PARTED },
  { "tls-unavailable", "later tls-not-available 4", NULL, GREETED "STARTTLS deferred 454\nQUIT accepted 221\n" },
  { "tls-drops", "broken connection-closed 8", NULL, STARTED "handshake lost\nclose accepted\n" },
  { "tls-injects", "broken response-injection 8", NULL, STARTED "handshake broken 0 no-code\nclose accepted\n" },
};

static void
on_done (GObject      *object,
         GAsyncResult *result,
         gpointer      data)
{
  g_assert_true (smtp_session_run_finish (SMTP_SESSION (object), result, NULL));
  *(gboolean *) data = TRUE;
}

static gboolean
on_watchdog (gpointer data)
{
  g_error ("it does not end: %s", (const char *) data);

  return G_SOURCE_REMOVE;
}

static GMainContext *context;
static GSource *watchdog;

/* What is under way at the end must be over without waiting, or it leaks. */
static void
set_up (const char *name)
{
  context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  watchdog = g_timeout_source_new_seconds (WATCHDOG_SECONDS);
  g_source_set_callback (watchdog, on_watchdog, (gpointer) name, NULL);
  g_source_attach (watchdog, context);
}

static void
tear_down (SmtpPracticeServer *server)
{
  smtp_practice_server_stop (server);
  g_assert_finalize_object (server);
  g_source_destroy (watchdog);
  g_clear_pointer (&watchdog, g_source_unref);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);
  g_clear_pointer (&context, g_main_context_unref);
}

static SmtpPracticeServer *
start (const char *name)
{
  g_autoptr (GError) error = NULL;
  SmtpPracticeServer *server;

  set_up (name);
  server = smtp_practice_server_new (name, &error);
  g_assert_no_error (error);

  return server;
}

static SmtpPlan *
make_plan (SmtpPracticeServer *server,
           const char         *name)
{
  SmtpPlan *plan = smtp_plan_new ();
  guint index = (guint) smtp_practice_find (name);
  const char *const *recipients = smtp_practice_get_recipients (index);
  g_autofree char *port = g_strdup_printf ("%u", smtp_practice_server_get_port (server));
  g_autoptr (GError) error = NULL;

  smtp_plan_set (plan, SMTP_PLAN_HOST, "127.0.0.1", NULL);
  smtp_plan_set (plan, SMTP_PLAN_PORT, port, NULL);
  smtp_plan_set (plan, SMTP_PLAN_EHLO_NAME, "pc.example.org", NULL);
  smtp_plan_set (plan, SMTP_PLAN_SECURITY, smtp_practice_get_security (index), &error);
  g_assert_no_error (error);
  smtp_plan_set (plan, SMTP_PLAN_SENDER, smtp_practice_get_sender (index), &error);
  g_assert_no_error (error);
  for (int i = 0; recipients[i] != NULL; i++)
    {
      smtp_plan_set (plan, SMTP_PLAN_RECIPIENT, recipients[i], &error);
      g_assert_no_error (error);
    }

  return plan;
}

static SmtpSession *
make_session (SmtpPracticeServer *server,
              SmtpPlan           *plan)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmtpTlsSettings) tls = NULL;
  GBytes *authority = smtp_practice_server_get_authority (server);

  smtp_plan_check (plan, &error);
  g_assert_no_error (error);
  tls = smtp_tls_settings_new (smtp_plan_get_tls (plan), &error);
  g_assert_no_error (error);
  if (authority != NULL)
    g_assert_true (smtp_tls_settings_add_authority (tls, authority, NULL));

  return smtp_session_new (plan, tls);
}

static SmtpStep *
get_last (SmtpSession *session)
{
  SmtpTranscript *transcript = smtp_session_get_transcript (session);

  return smtp_transcript_get_step (transcript, smtp_transcript_get_n_steps (transcript) - 1);
}

static SmtpStep *
find_step (SmtpTranscript *transcript,
           SmtpStepKind    kind)
{
  for (guint i = 0; i < smtp_transcript_get_n_steps (transcript); i++)
    {
      SmtpStep *step = smtp_transcript_get_step (transcript, i);

      if (smtp_step_get_kind (step) == kind)
        return step;
    }

  return NULL;
}

static void
run (SmtpSession *session)
{
  gboolean done = FALSE;

  smtp_session_run_async (session, G_PRIORITY_DEFAULT, NULL, on_done, &done);
  while (!done)
    g_main_context_iteration (context, TRUE);
}

static char *
describe_tls (SmtpTranscript *transcript)
{
  SmtpStep *step = find_step (transcript, SMTP_STEP_HANDSHAKE);
  SmtpTlsInfo *tls = step != NULL ? smtp_step_get_tls (step) : NULL;
  GString *text;

  if (tls == NULL)
    return NULL;

  text = g_string_new (tls->version);
  for (guint i = 0; i < tls->faults->len; i++)
    g_string_append_printf (text, " %s", smtp_tls_fault_to_id (((SmtpTlsFault *) tls->faults->pdata[i])->id));

  return g_string_free (text, FALSE);
}

static char *
describe_outcome (SmtpPlan       *plan,
                  SmtpTranscript *transcript)
{
  g_autoptr (SmtpDiagnosis) diagnosis = smtp_diagnosis_new (plan, transcript);

  return g_strdup_printf ("%s %s %d", smtp_outcome_to_id (smtp_diagnosis_get_outcome (diagnosis)),
                          smtp_diagnosis_get_reason (diagnosis), smtp_diagnosis_get_exit_status (diagnosis));
}

static void
test_personality (gconstpointer data)
{
  guint index = GPOINTER_TO_UINT (data);
  SmtpPracticeServer *server = start (expectations[index].name);
  g_autoptr (SmtpPlan) plan = make_plan (server, expectations[index].name);
  g_autoptr (SmtpSession) session = make_session (server, plan);
  g_autofree char *transcript = NULL;
  g_autofree char *outcome = NULL;
  g_autofree char *tls = NULL;

  run (session);
  transcript = dialogue_file_summarise (smtp_session_get_transcript (session));
  outcome = describe_outcome (plan, smtp_session_get_transcript (session));
  tls = describe_tls (smtp_session_get_transcript (session));
  g_assert_cmpstr (transcript, ==, expectations[index].transcript);
  g_assert_cmpstr (outcome, ==, expectations[index].outcome);
  g_assert_cmpstr (tls, ==, expectations[index].tls);
  tear_down (server);
}

static void
test_names (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (smtp_practice_get_n (), ==, G_N_ELEMENTS (expectations));
  for (guint i = 0; i < smtp_practice_get_n (); i++)
    {
      g_assert_cmpstr (smtp_practice_get_name (i), ==, expectations[i].name);
      g_assert_cmpint (smtp_practice_find (expectations[i].name), ==, (int) i);
    }

  g_assert_cmpint (smtp_practice_find ("nobody"), ==, -1);
  g_assert_null (smtp_practice_server_new ("nobody", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* Without its authority nobody can find the certificate good. */
static void
test_without_authority (void)
{
  SmtpPracticeServer *server = start ("tls");
  g_autoptr (SmtpPlan) plan = make_plan (server, "tls");
  g_autoptr (SmtpSession) session = smtp_session_new (plan, NULL);
  g_autofree char *tls = NULL;

  run (session);
  tls = describe_tls (smtp_session_get_transcript (session));
  g_assert_cmpstr (tls, ==, "TLS1.3 missing-intermediate");
  tear_down (server);
}

static void
test_no_common_version (void)
{
  SmtpPracticeServer *server = start ("tls12");
  g_autoptr (SmtpPlan) plan = make_plan (server, "tls12");
  g_autoptr (SmtpSession) session = NULL;
  g_autofree char *outcome = NULL;

  smtp_plan_set_tls (plan, SMTP_TLS_OPTION_MIN, "1.3", NULL);
  session = make_session (server, plan);
  run (session);
  outcome = describe_outcome (plan, smtp_session_get_transcript (session));
  g_assert_cmpstr (outcome, ==, "broken tls-alert 8");
  tear_down (server);
}

/* The user stops, or the server does, at each turn of the main loop, the handshake's among them. */
static void
test_stopped (gconstpointer data)
{
  gboolean by_server = GPOINTER_TO_INT (data);
  gboolean in_handshake = FALSE;
  gboolean done = FALSE;

  for (int stop_after_turns = 0; !done; stop_after_turns++)
    {
      SmtpPracticeServer *server = start ("tls");
      g_autoptr (SmtpPlan) plan = make_plan (server, "tls");
      g_autoptr (SmtpSession) session = make_session (server, plan);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();

      smtp_session_run_async (session, G_PRIORITY_DEFAULT, cancellable, on_done, &done);
      for (int turn = 0; turn < stop_after_turns && !done; turn++)
        g_main_context_iteration (context, TRUE);

      if (!done)
        {
          SmtpStep *last = get_last (session);

          in_handshake |= smtp_step_get_kind (last) == SMTP_STEP_HANDSHAKE && !smtp_step_is_settled (last);
          if (by_server)
            smtp_practice_server_stop (server);
          else
            g_cancellable_cancel (cancellable);
          while (!done)
            g_main_context_iteration (context, TRUE);
          done = FALSE;
          g_assert_true (smtp_step_is_settled (last));
        }
      tear_down (server);
    }

  g_assert_true (in_handshake);
}

/* A client that says what no probe does. */
typedef struct
{
  GSocket         *socket;
  GSource         *source;
  GString         *received;  /* in clear */
  SmtpTlsSettings *settings;
  SmtpTls         *tls;
  gboolean         goodbye;   /* TLS has ended as it should */
  gboolean         closed;
} Talk;

static void
talk_send_raw (Talk       *talk,
               const char *bytes,
               gsize       length)
{
  g_autoptr (GError) error = NULL;

  g_socket_send (talk->socket, bytes, length, NULL, &error);
  g_assert_no_error (error);
}

static void
talk_flush_tls (Talk *talk)
{
  GByteArray *output = smtp_tls_get_output (talk->tls);

  if (output->len > 0)
    talk_send_raw (talk, (const char *) output->data, output->len);
  g_byte_array_set_size (output, 0);
}

static void
talk_advance_tls (Talk *talk)
{
  g_autoptr (GError) error = NULL;
  char buffer[1024];
  gsize length;
  SmtpTlsResult result = smtp_tls_handshake (talk->tls, &error);

  while (result == SMTP_TLS_DONE &&
         (result = smtp_tls_read (talk->tls, buffer, sizeof buffer, &length, &error)) == SMTP_TLS_DONE)
    g_string_append_len (talk->received, buffer, (gssize) length);
  g_assert_no_error (error);
  talk->goodbye = result == SMTP_TLS_ENDED;
  talk_flush_tls (talk);
}

static gboolean
on_readable (GSocket      *socket,
             GIOCondition  condition,
             gpointer      data)
{
  Talk *talk = data;
  char buffer[4096];
  gssize n = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL);

  if (n <= 0)
    {
      talk->closed = TRUE;
      return G_SOURCE_REMOVE;
    }
  if (talk->tls != NULL)
    {
      smtp_tls_put (talk->tls, buffer, (gsize) n);
      talk_advance_tls (talk);
    }
  else
    {
      g_string_append_len (talk->received, buffer, n);
    }

  return G_SOURCE_CONTINUE;
}

static void
talk_clear (Talk *talk)
{
  g_source_destroy (talk->source);
  g_source_unref (talk->source);
  g_clear_object (&talk->socket);
  g_string_free (talk->received, TRUE);
  g_clear_pointer (&talk->tls, smtp_tls_free);
  g_clear_pointer (&talk->settings, smtp_tls_settings_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Talk, talk_clear)

static void
talk_open (Talk               *talk,
           SmtpPracticeServer *server)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1",
                                                                              smtp_practice_server_get_port (server));
  g_autoptr (GError) error = NULL;

  talk->received = g_string_new (NULL);
  talk->socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_socket_connect (talk->socket, address, NULL, &error);
  g_assert_no_error (error);
  talk->source = g_socket_create_source (talk->socket, G_IO_IN, NULL);
  g_source_set_callback (talk->source, G_SOURCE_FUNC (on_readable), talk, NULL);
  g_source_attach (talk->source, context);
}

/* Sends a line, and waits until just this has come in reply. */
static void
talk_say (Talk       *talk,
          const char *line,
          const char *reply)
{
  if (talk->tls != NULL)
    {
      g_assert_true (smtp_tls_write (talk->tls, line, strlen (line), NULL));
      talk_flush_tls (talk);
    }
  else if (*line != '\0')
    {
      talk_send_raw (talk, line, strlen (line));
    }

  while (talk->received->len < strlen (reply))
    g_main_context_iteration (context, TRUE);
  g_assert_cmpstr (talk->received->str, ==, reply);
  g_string_truncate (talk->received, 0);
}

static void
talk_begin_tls (Talk *talk)
{
  g_autoptr (SmtpPlan) plan = smtp_plan_new ();

  talk->settings = smtp_tls_settings_new (smtp_plan_get_tls (plan), NULL);
  talk->tls = smtp_tls_new_client (talk->settings, NULL, NULL);
  talk_advance_tls (talk);
}

#define GREETING "220 practice.example ESMTP practice server of SMTP Probe\r\n"

static void
test_commands_in_clear (void)
{
  SmtpPracticeServer *server = start ("good");

  {
    g_auto (Talk) talk = { NULL, };

    g_assert_null (smtp_practice_server_get_authority (server));
    talk_open (&talk, server);
    talk_say (&talk, "", GREETING);
    talk_say (&talk, "STARTTLS\r\n", "502 5.5.1 There is no TLS here\r\n");
    talk_say (&talk, "EXPN staff\r\n", "500 5.5.2 Unknown command\r\n");
    talk_say (&talk, "\r\n", "500 5.5.2 Unknown command\r\n");
    talk_say (&talk, "QUIT\r\n", "221 2.0.0 Good-bye\r\n");
    while (!talk.closed)
      g_main_context_iteration (context, TRUE);
  }
  tear_down (server);
}

static void
test_commands_in_tls (void)
{
  SmtpPracticeServer *server = start ("tls");

  {
    g_auto (Talk) talk = { NULL, };

    talk_open (&talk, server);
    talk_say (&talk, "", GREETING);
    talk_say (&talk, "STARTTLS now\r\n", "501 5.5.4 STARTTLS stands alone\r\n");
    talk_say (&talk, "MAIL FROM:<a@practice.example>\r\n", "250 2.1.0 Sender ok\r\n");
    talk_say (&talk, "RCPT TO:<b@practice.example>\r\n", "250 2.1.5 Recipient ok\r\n");
    /* What comes behind STARTTLS in clear is not for TLS: were it answered, the next reply would be another. */
    talk_say (&talk, "STARTTLS\r\nNOOP\r\nNO", "220 2.0.0 Ready for TLS\r\n");
    talk_begin_tls (&talk);
    while (!smtp_tls_is_done (talk.tls))
      g_main_context_iteration (context, TRUE);

    talk_say (&talk, "DATA\r\n", "554 5.5.1 No valid recipients\r\n");
    talk_say (&talk, "STARTTLS\r\n", "503 5.5.1 This is TLS already\r\n");
    talk_say (&talk, "HELO pc.example.org\r\nQUIT\r\n", "250 practice.example\r\n221 2.0.0 Good-bye\r\n");
    while (!talk.closed)
      g_main_context_iteration (context, TRUE);
    g_assert_true (talk.goodbye);
  }
  tear_down (server);
}

/* The client says good-bye to TLS without QUIT: it is answered in kind. */
static void
test_goodbye (void)
{
  SmtpPracticeServer *server = start ("tls-on-connect");

  {
    g_auto (Talk) talk = { NULL, };

    talk_open (&talk, server);
    talk_begin_tls (&talk);
    while (talk.received->len == 0)
      g_main_context_iteration (context, TRUE);
    talk_say (&talk, "", GREETING);
    smtp_tls_say_goodbye (talk.tls);
    talk_flush_tls (&talk);
    while (!talk.closed)
      g_main_context_iteration (context, TRUE);
    g_assert_true (talk.goodbye);
  }
  tear_down (server);
}

/* What comes instead of a handshake is no TLS, or nothing at all. */
static void
test_no_handshake (void)
{
  SmtpPracticeServer *server = start ("tls-on-connect");

  {
    g_auto (Talk) talk = { NULL, };

    talk_open (&talk, server);
    talk_send_raw (&talk, "EHLO pc.example.org\r\n", 21);
    while (!talk.closed)
      g_main_context_iteration (context, TRUE);
    g_assert_cmpstr (talk.received->str, ==, "");
  }
  {
    g_auto (Talk) talk = { NULL, };

    talk_open (&talk, server);
    talk_send_raw (&talk, "\x16\x03", 2);
    while (g_main_context_iteration (context, FALSE))
      ;
    g_assert_false (talk.closed);
    smtp_practice_server_stop (server);
    while (!talk.closed)
      g_main_context_iteration (context, TRUE);
  }
  tear_down (server);
}

/* Two servers know nothing of each other, and keys are never the same. */
static void
test_authorities_differ (void)
{
  SmtpPracticeServer *server = start ("tls");
  g_autoptr (SmtpPracticeServer) other = smtp_practice_server_new ("tls", NULL);

  g_assert_false (g_bytes_equal (smtp_practice_server_get_authority (server),
                                 smtp_practice_server_get_authority (other)));
  tear_down (server);
}

static void
test_authority_is_checked (void)
{
  g_autoptr (SmtpPlan) plan = smtp_plan_new ();
  g_autoptr (SmtpTlsSettings) settings = smtp_tls_settings_new (smtp_plan_get_tls (plan), NULL);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("nothing", 7);
  g_autoptr (GError) error = NULL;

  g_assert_false (smtp_tls_settings_add_authority (settings, nothing, &error));
  g_assert_error (error, SMTP_TLS_OPTIONS_ERROR, SMTP_TLS_OPTIONS_ERROR_CA_FORMAT);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/practice/names", test_names);
  for (guint i = 0; i < G_N_ELEMENTS (expectations); i++)
    {
      g_autofree char *path = g_strconcat ("/practice/probe/", expectations[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_personality);
    }
  g_test_add_func ("/practice/without-authority", test_without_authority);
  g_test_add_func ("/practice/no-common-version", test_no_common_version);
  g_test_add_data_func ("/practice/stopped/by-user", GINT_TO_POINTER (FALSE), test_stopped);
  g_test_add_data_func ("/practice/stopped/by-server", GINT_TO_POINTER (TRUE), test_stopped);
  g_test_add_func ("/practice/commands/in-clear", test_commands_in_clear);
  g_test_add_func ("/practice/commands/in-tls", test_commands_in_tls);
  g_test_add_func ("/practice/goodbye", test_goodbye);
  g_test_add_func ("/practice/no-handshake", test_no_handshake);
  g_test_add_func ("/practice/authorities-differ", test_authorities_differ);
  g_test_add_func ("/practice/authority-is-checked", test_authority_is_checked);

  return g_test_run ();
}
