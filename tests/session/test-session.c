/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Every dialogue file again, over loopback: whole, in small pieces, and stopped by the user at each turn of
 * the main loop. Then what only a session has: names, addresses, the end of a file in the middle. */

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include "session/smtp-content-source.h"
#include "session/smtp-session.h"
#include "support/dialogue-file.h"
#include "support/fake-resolver.h"
#include "support/scripted-peer.h"
#include "support/tls-kit.h"

#define WATCHDOG_SECONDS 60

typedef struct
{
  SmtpSession *session;
  gboolean     done;
  guint        n_called;
} Run;

/* Those of all sessions: the test PKI's root is trusted. */
static SmtpTlsSettings *settings;

static void
on_done (GObject      *object,
         GAsyncResult *result,
         gpointer      data)
{
  Run *run = data;
  g_autoptr (GError) error = NULL;

  g_assert_true (smtp_session_run_finish (SMTP_SESSION (object), result, &error));
  g_assert_no_error (error);
  run->done = TRUE;
  run->n_called++;
}

static gboolean
on_watchdog (gpointer data)
{
  Run *run = data;
  g_autofree char *summary = dialogue_file_summarise (smtp_session_get_transcript (run->session));

  g_error ("the session does not end; so far:\n%s", summary);

  return G_SOURCE_REMOVE;
}

/* Runs to the end, or until the user stops after that many turns of the main loop. */
static SmtpTranscript *
run_plan (SmtpPlan *plan,
          int       stop_after_turns)
{
  g_autoptr (SmtpSession) session = smtp_session_new (plan, settings);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SmtpTranscript *transcript = g_object_ref (smtp_session_get_transcript (session));
  GMainContext *context = g_main_context_get_thread_default ();
  g_autoptr (GSource) watchdog = g_timeout_source_new_seconds (WATCHDOG_SECONDS);
  Run run = { session, FALSE, 0 };

  g_source_set_callback (watchdog, on_watchdog, &run, NULL);
  g_source_attach (watchdog, context);

  smtp_session_run_async (session, G_PRIORITY_DEFAULT, cancellable, on_done, &run);
  g_assert_false (run.done);

  for (int turn = 0; !run.done; turn++)
    {
      if (turn == stop_after_turns)
        g_cancellable_cancel (cancellable);
      g_main_context_iteration (context, TRUE);
    }
  g_source_destroy (watchdog);

  while (g_main_context_iteration (context, FALSE))
    ;
  g_assert_cmpuint (run.n_called, ==, 1);
  g_assert_finalize_object (g_steal_pointer (&session));

  return transcript;
}

static GMainContext *
push_context (void)
{
  GMainContext *context = g_main_context_new ();

  g_main_context_push_thread_default (context);

  return context;
}

static void
pop_context (GMainContext *context)
{
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

static void
play (const char *path,
      gsize       piece,
      int         stop_after_turns)
{
  GMainContext *context = push_context ();
  {
    g_autoptr (ScriptedPeer) peer = scripted_peer_new (piece);
    g_autoptr (DialogueFile) file = dialogue_file_read (path, scripted_peer_get_port (peer));
    g_autoptr (SmtpTranscript) transcript = NULL;

    scripted_peer_play (peer, file);
    transcript = run_plan (file->plan, stop_after_turns);

    if (stop_after_turns < 0)
      {
        dialogue_file_check (file, transcript);
        scripted_peer_check (peer);
      }
    for (guint i = 0; i < smtp_transcript_get_n_steps (transcript); i++)
      g_assert_true (smtp_step_is_settled (smtp_transcript_get_step (transcript, i)));
  }
  pop_context (context);
}

static void
test_whole (gconstpointer path)
{
  play (path, 0, -1);
}

static void
test_pieces (gconstpointer path)
{
  g_autofree char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  if (strstr (path, "-whole.") != NULL || strstr (text, "\nX ") != NULL)
    {
      g_test_skip ("in one piece only");
      return;
    }

  play (path, 1, -1);
  play (path, 3, -1);
}

static void
test_stop (gconstpointer path)
{
  g_autofree char *text = NULL;
  int n_turns;

  /* Where the server falls silent, later turns would only wait for the time-out. */
  g_file_get_contents (path, &text, NULL, NULL);
  n_turns = strstr (text, "\nhush") != NULL ? 4 : 30;
  /* Every third turn of each file, and of all files together every one. */
  for (int turns = (int) (g_str_hash (path) % 3); turns < n_turns; turns += 3)
    play (path, 0, turns);
}

static SmtpPlan *
make_plan (const char *host,
           guint16     port)
{
  SmtpPlan *plan = smtp_plan_new ();
  g_autofree char *text = g_strdup_printf ("%u", port);

  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_HOST, host, NULL));
  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_PORT, text, NULL));
  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_EHLO_NAME, "pc.example.org", NULL));

  return plan;
}

/* A port that nobody listens on: it was free a moment ago. */
static guint16
get_free_port (void)
{
  ScriptedPeer *peer = scripted_peer_new (0);
  guint16 port = scripted_peer_get_port (peer);

  scripted_peer_free (peer);

  return port;
}

static void
test_refused (void)
{
  GMainContext *context = push_context ();
  g_autoptr (SmtpPlan) plan = make_plan ("127.0.0.1", get_free_port ());
  g_autoptr (SmtpTranscript) transcript = run_plan (plan, -1);
  SmtpStep *step = smtp_transcript_get_step (transcript, 0);

  g_assert_cmpuint (smtp_transcript_get_n_steps (transcript), ==, 1);
  g_assert_cmpint (smtp_step_get_kind (step), ==, SMTP_STEP_CONNECT);
  g_assert_cmpint (smtp_step_get_failure (step), ==, SMTP_FAILURE_CONNECTION_REFUSED);
  pop_context (context);
}

static void
test_no_such_name (void)
{
  GMainContext *context = push_context ();
  g_autoptr (SmtpPlan) plan = make_plan ("nowhere.example.test", 25);
  g_autoptr (SmtpTranscript) transcript = NULL;

  fake_resolver_set (NULL);
  transcript = run_plan (plan, -1);
  g_assert_cmpuint (smtp_transcript_get_n_steps (transcript), ==, 1);
  g_assert_cmpint (smtp_step_get_failure (smtp_transcript_get_step (transcript, 0)), ==, SMTP_FAILURE_NO_SUCH_NAME);
  pop_context (context);
}

/* The first address has nobody listening; the second has. Both are steps. */
static void
test_second_address (void)
{
  GMainContext *context = push_context ();
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "dialogues", "stop-greeting.dialogue", NULL);
  const char *const addresses[] = { "127.0.0.77", "127.0.0.1", "127.0.0.77", NULL };
  {
    g_autoptr (ScriptedPeer) peer = scripted_peer_new (0);
    g_autoptr (DialogueFile) file = dialogue_file_read (path, scripted_peer_get_port (peer));
    g_autoptr (SmtpTranscript) transcript = NULL;

    g_assert_true (smtp_plan_set (file->plan, SMTP_PLAN_HOST, "mx.example.test", NULL));
    fake_resolver_set (addresses);
    scripted_peer_play (peer, file);
    transcript = run_plan (file->plan, -1);
    g_assert_cmpuint (g_strv_length ((char **) smtp_step_get_addresses (smtp_transcript_get_step (transcript, 0))), ==, 2);
    g_assert_cmpint (smtp_step_get_verdict (smtp_transcript_get_step (transcript, 1)), ==, SMTP_VERDICT_REFUSED);
    g_assert_cmpstr (smtp_step_get_target (smtp_transcript_get_step (transcript, 1)), ==, "127.0.0.77");
    g_assert_cmpint (smtp_step_get_verdict (smtp_transcript_get_step (transcript, 2)), ==, SMTP_VERDICT_ACCEPTED);
    g_assert_true (g_str_has_prefix (smtp_step_get_local (smtp_transcript_get_step (transcript, 2)), "127.0.0."));
    scripted_peer_check (peer);
  }
  fake_resolver_set (NULL);
  pop_context (context);
}

static void
check_families (const char *family,
                const char *expected)
{
  static const char *const addresses[] = { "::1", "127.0.0.77", "127.0.0.78", NULL };
  GMainContext *context = push_context ();
  g_autoptr (SmtpPlan) plan = make_plan ("mx.example.test", get_free_port ());
  g_autoptr (SmtpTranscript) transcript = NULL;
  g_autoptr (GString) tried = g_string_new (NULL);
  g_autofree char *found = NULL;

  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_FAMILY, family, NULL));
  fake_resolver_set (addresses);
  transcript = run_plan (plan, -1);
  fake_resolver_set (NULL);

  found = g_strjoinv (" ", (char **) smtp_step_get_addresses (smtp_transcript_get_step (transcript, 0)));
  g_assert_cmpstr (found, ==, expected);
  for (guint i = 1; i < smtp_transcript_get_n_steps (transcript); i++)
    {
      SmtpStep *step = smtp_transcript_get_step (transcript, i);

      g_assert_cmpint (smtp_step_get_kind (step), ==, SMTP_STEP_CONNECT);
      /* Refused, or there is no IPv6 here. */
      g_assert_false (smtp_verdict_is_good (smtp_step_get_verdict (step)));
      g_assert_null (smtp_step_get_local (step));
      g_string_append_printf (tried, "%s%s", i > 1 ? " " : "", smtp_step_get_target (step));
    }
  g_assert_cmpstr (tried->str, ==, expected);
  pop_context (context);
}

/* Every address is tried, in the order of the resolver, and none of the family that was excluded. */
static void
test_families (void)
{
  check_families ("any", "::1 127.0.0.77 127.0.0.78");
  check_families ("ipv4", "127.0.0.77 127.0.0.78");
  check_families ("ipv6", "::1");
}

static void
test_no_address_of_family (void)
{
  static const char *const addresses[] = { "127.0.0.1", NULL };
  GMainContext *context = push_context ();
  g_autoptr (SmtpPlan) plan = make_plan ("mx.example.test", 25);
  g_autoptr (SmtpTranscript) transcript = NULL;

  g_assert_true (smtp_plan_set (plan, SMTP_PLAN_FAMILY, "ipv6", NULL));
  fake_resolver_set (addresses);
  transcript = run_plan (plan, -1);
  fake_resolver_set (NULL);
  g_assert_cmpuint (smtp_transcript_get_n_steps (transcript), ==, 1);
  g_assert_cmpint (smtp_step_get_failure (smtp_transcript_get_step (transcript, 0)), ==, SMTP_FAILURE_NO_SUCH_NAME);
  pop_context (context);
}

/* Brackets are for typing: what is connected to has none. Our end of the connection is the one the system
 * chose, and is what EHLO says when nothing else was given. */
static void
test_brackets_and_local_address (void)
{
  GMainContext *context = push_context ();
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "dialogues", "local-address.dialogue", NULL);
  {
    g_autoptr (ScriptedPeer) peer = scripted_peer_new (0);
    g_autoptr (DialogueFile) file = dialogue_file_read (path, scripted_peer_get_port (peer));
    g_autoptr (SmtpTranscript) transcript = NULL;
    SmtpStep *connection;

    g_assert_true (smtp_plan_set (file->plan, SMTP_PLAN_HOST, "[127.0.0.1]", NULL));
    scripted_peer_play (peer, file);
    transcript = run_plan (file->plan, -1);
    dialogue_file_check (file, transcript);
    scripted_peer_check (peer);

    connection = smtp_transcript_get_step (transcript, 0);
    g_assert_cmpstr (smtp_step_get_target (connection), ==, "127.0.0.1");
    g_assert_cmpuint (smtp_step_get_port (connection), ==, scripted_peer_get_port (peer));
    g_assert_true (g_regex_match_simple ("^127\\.0\\.0\\.1:[1-9][0-9]*$", smtp_step_get_local (connection), 0, 0));
  }
  pop_context (context);
}

/* Stopped inside a look-up that never ends. */
static void
test_stop_in_lookup (void)
{
  GMainContext *context = push_context ();
  g_autoptr (SmtpPlan) plan = make_plan ("slow.example.test", 25);

  fake_resolver_set_silent (TRUE);
  for (int turns = 0; turns < 2; turns++)
    {
      g_autoptr (SmtpTranscript) transcript = run_plan (plan, turns);

      g_assert_cmpuint (smtp_transcript_get_n_steps (transcript), ==, 1);
      g_assert_cmpint (smtp_step_get_verdict (smtp_transcript_get_step (transcript, 0)), ==, SMTP_VERDICT_CANCELLED);
    }
  fake_resolver_set_silent (FALSE);
  pop_context (context);
}

static void
test_lookup_timeout (void)
{
  GMainContext *context = push_context ();
  g_autoptr (SmtpPlan) plan = make_plan ("slow.example.test", 25);
  g_autoptr (SmtpTranscript) transcript = NULL;

  g_assert_true (smtp_plan_set_timeout (plan, SMTP_PHASE_LOOKUP, 1, NULL));
  fake_resolver_set_silent (TRUE);
  transcript = run_plan (plan, -1);
  g_assert_cmpint (smtp_step_get_verdict (smtp_transcript_get_step (transcript, 0)), ==, SMTP_VERDICT_TIMED_OUT);
  fake_resolver_set_silent (FALSE);
  pop_context (context);
}

/* The message file is gone by the time it is read: the message is not completed. */
static void
test_file_vanishes (void)
{
  GMainContext *context = push_context ();
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "dialogues", "message-lost-after-dot.dialogue", NULL);
  {
    g_autoptr (ScriptedPeer) peer = scripted_peer_new (0);
    g_autoptr (DialogueFile) file = dialogue_file_read (path, scripted_peer_get_port (peer));
    g_autoptr (SmtpTranscript) transcript = NULL;
    SmtpStep *step;

    g_assert_true (smtp_plan_set (file->plan, SMTP_PLAN_MESSAGE_FILE, "/nonexistent/message.eml", NULL));
    scripted_peer_play (peer, file);
    transcript = run_plan (file->plan, -1);
    step = smtp_transcript_get_step (transcript, 6);
    g_assert_cmpint (smtp_step_get_kind (step), ==, SMTP_STEP_CONTENT);
    g_assert_cmpint (smtp_step_get_failure (step), ==, SMTP_FAILURE_FILE);
    g_assert_false (smtp_step_is_content_complete (step));
    g_assert_nonnull (smtp_step_get_detail (step));
  }
  pop_context (context);
}

/* A pipe has no size: it ends where it ends. */
static void
test_message_from_pipe (void)
{
  GMainContext *context = push_context ();
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "dialogues", "message-sent.dialogue", NULL);
  static const char text[] = "Subject: piped\r\n\r\nText\r\n";
  g_autofree char *message = NULL;
  int ends[2];
  {
    g_autoptr (ScriptedPeer) peer = scripted_peer_new (0);
    g_autoptr (DialogueFile) file = dialogue_file_read (path, scripted_peer_get_port (peer));
    g_autoptr (SmtpTranscript) transcript = NULL;
    SmtpStep *step;

    g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
    g_assert_cmpint (write (ends[1], text, sizeof text - 1), ==, sizeof text - 1);
    g_close (ends[1], NULL);
    message = g_strdup_printf ("/dev/fd/%d", ends[0]);
    g_assert_true (smtp_content_source_check (message, NULL));

    g_assert_true (smtp_plan_set (file->plan, SMTP_PLAN_MESSAGE_FILE, message, NULL));
    scripted_peer_play (peer, file);
    transcript = run_plan (file->plan, -1);
    dialogue_file_check (file, transcript);
    step = smtp_transcript_get_step (transcript, 7);
    g_assert_cmpuint (smtp_step_get_content_bytes (step), ==, sizeof text - 1);
    g_assert_cmpuint (smtp_step_get_content_total (step), ==, 0);
  }
  g_close (ends[0], NULL);
  pop_context (context);
}

/* What cannot be sent is told in the words of the system. */
static void
test_message_file_check (void)
{
  static const struct
  {
    const char *path;
    int         problem;
  } files[] = { { "/nonexistent/message.eml", ENOENT }, { "/", EISDIR }, { "/dev/null/message.eml", ENOTDIR } };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *words = g_strdup_printf ("%s: %s", files[i].path, g_strerror (files[i].problem));
      g_autoptr (GError) error = NULL;

      g_assert_false (smtp_content_source_check (files[i].path, &error));
      g_assert_error (error, SMTP_PLAN_ERROR, SMTP_PLAN_ERROR_FILE);
      g_assert_cmpstr (error->message, ==, words);
    }
}

/* A file of several pieces, with every kind of line end, arrives as the filter makes it. */
static void
test_big_file (void)
{
  GMainContext *context = push_context ();
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "dialogues", "message-sent.dialogue", NULL);
  g_autofree char *message = NULL;
  int fd = g_file_open_tmp ("smtp-probe-XXXXXX", &message, NULL);
  {
    g_autoptr (ScriptedPeer) peer = scripted_peer_new (0);
    g_autoptr (DialogueFile) file = dialogue_file_read (path, scripted_peer_get_port (peer));
    g_autoptr (SmtpTranscript) transcript = NULL;
    g_autoptr (GString) text = g_string_new (NULL);
    SmtpStep *step;

    for (int i = 0; text->len < 3000000; i++)
      g_string_append (text, i % 3 == 0 ? ".line with a dot and LF\n" : "line with CRLF\r\n");
    g_assert_true (g_file_set_contents (message, text->str, (gssize) text->len, NULL));
    g_close (fd, NULL);

    g_assert_true (smtp_plan_set (file->plan, SMTP_PLAN_MESSAGE_FILE, message, NULL));
    scripted_peer_play (peer, file);
    transcript = run_plan (file->plan, -1);
    dialogue_file_check (file, transcript);
    scripted_peer_check (peer);
    step = smtp_transcript_get_step (transcript, 7);
    g_assert_cmpuint (smtp_step_get_content_total (step), ==, text->len);
    g_assert_cmpuint (smtp_step_get_fixed_line_ends (step), ==, (text->len + 55) / 56);
    g_assert_cmpuint (smtp_step_get_content_bytes (step), ==, text->len + 2 * smtp_step_get_fixed_line_ends (step));
  }
  g_unlink (message);
  pop_context (context);
}

/* A server by hand, which slips something in behind its reply to STARTTLS. */
typedef struct
{
  GSocket *socket;
  guint    n_lines;
} Injector;

static void
send_text (GSocket    *socket,
           const char *text)
{
  g_assert_cmpint (g_socket_send (socket, text, strlen (text), NULL, NULL), ==, (gssize) strlen (text));
}

static void
on_appended (SmtpTranscript *transcript,
             guint           position,
             guint           removed,
             guint           added,
             Injector       *injector)
{
  SmtpStep *step = smtp_transcript_get_step (transcript, position);

  /* The handshake is about to be performed: the last moment before we speak. */
  if (smtp_step_get_kind (step) == SMTP_STEP_HANDSHAKE)
    send_text (injector->socket, "250-mx.example.test\r\n250 AUTH PLAIN\r\n");
}

static gboolean
on_line (GSocket      *socket,
         GIOCondition  condition,
         gpointer      data)
{
  static const char *const replies[] = { "250-mx\r\n250 STARTTLS\r\n", "220 Ready\r\n" };
  Injector *injector = data;
  char buffer[1000];

  if (g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL) <= 0)
    return G_SOURCE_REMOVE;
  g_assert_cmpuint (injector->n_lines, <, G_N_ELEMENTS (replies));
  send_text (socket, replies[injector->n_lines++]);

  return G_SOURCE_CONTINUE;
}

static gboolean
on_client (GSocket      *listener,
           GIOCondition  condition,
           gpointer      data)
{
  Injector *injector = data;
  g_autoptr (GSource) reading = NULL;

  injector->socket = g_socket_accept (listener, NULL, NULL);
  g_socket_set_option (injector->socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  send_text (injector->socket, "220 mx\r\n");
  reading = g_socket_create_source (injector->socket, G_IO_IN, NULL);
  g_source_set_callback (reading, G_SOURCE_FUNC (on_line), injector, NULL);
  g_source_attach (reading, g_main_context_get_thread_default ());

  return G_SOURCE_REMOVE;
}

/* The text comes after the reply to STARTTLS was read, and before our first byte of TLS. */
static void
test_late_injection (void)
{
  GMainContext *context = push_context ();
  {
    g_autoptr (GSocket) listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
    g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
    g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
    g_autoptr (GSocketAddress) bound = NULL;
    g_autoptr (GSource) accepting = NULL;
    g_autoptr (SmtpPlan) plan = NULL;
    g_autoptr (SmtpSession) session = NULL;
    Injector injector = { NULL, 0 };
    Run run = { NULL, FALSE, 0 };
    SmtpStep *step;
    gsize length;
    const char *raw;

    g_assert_true (g_socket_bind (listener, any, TRUE, NULL) && g_socket_listen (listener, NULL));
    bound = g_socket_get_local_address (listener, NULL);
    accepting = g_socket_create_source (listener, G_IO_IN, NULL);
    g_source_set_callback (accepting, G_SOURCE_FUNC (on_client), &injector, NULL);
    g_source_attach (accepting, context);

    plan = make_plan ("127.0.0.1", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
    session = smtp_session_new (plan, settings);
    run.session = session;
    g_signal_connect (smtp_session_get_transcript (session), "items-changed", G_CALLBACK (on_appended), &injector);
    smtp_session_run_async (session, G_PRIORITY_DEFAULT, NULL, on_done, &run);
    while (!run.done)
      g_main_context_iteration (context, TRUE);

    step = smtp_transcript_get_step (smtp_session_get_transcript (session), 4);
    g_assert_cmpint (smtp_step_get_kind (step), ==, SMTP_STEP_HANDSHAKE);
    g_assert_cmpint (smtp_step_get_failure (step), ==, SMTP_FAILURE_INJECTION);
    raw = smtp_reply_get_raw (smtp_step_get_reply (step), &length);
    g_assert_cmpmem (raw, length, "250-mx.example.test\r\n250 AUTH PLAIN\r\n", 37);
    g_assert_cmpuint (injector.n_lines, ==, 2);
    g_object_unref (injector.socket);
  }
  pop_context (context);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GPtrArray) paths = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  fake_resolver_install ();
  settings = tls_kit_trust_pki (tls_kit_get_pki ());

  paths = dialogue_file_list ();
  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *name = g_path_get_basename (paths->pdata[i]);
      g_autofree char *whole = g_strconcat ("/session/whole/", name, NULL);
      g_autofree char *pieces = g_strconcat ("/session/pieces/", name, NULL);
      g_autofree char *stop = g_strconcat ("/session/stop/", name, NULL);

      g_test_add_data_func (whole, paths->pdata[i], test_whole);
      if (strstr (name, "-whole.") == NULL && strstr (name, "-line") == NULL)
        g_test_add_data_func (pieces, paths->pdata[i], test_pieces);
      g_test_add_data_func (stop, paths->pdata[i], test_stop);
    }

  g_test_add_func ("/session/refused", test_refused);
  g_test_add_func ("/session/no-such-name", test_no_such_name);
  g_test_add_func ("/session/second-address", test_second_address);
  g_test_add_func ("/session/families", test_families);
  g_test_add_func ("/session/no-address-of-family", test_no_address_of_family);
  g_test_add_func ("/session/brackets-and-local-address", test_brackets_and_local_address);
  g_test_add_func ("/session/stop-in-lookup", test_stop_in_lookup);
  g_test_add_func ("/session/lookup-timeout", test_lookup_timeout);
  g_test_add_func ("/session/file-vanishes", test_file_vanishes);
  g_test_add_func ("/session/message-from-pipe", test_message_from_pipe);
  g_test_add_func ("/session/message-file-check", test_message_file_check);
  g_test_add_func ("/session/big-file", test_big_file);
  g_test_add_func ("/session/late-injection", test_late_injection);

  status = g_test_run ();
  smtp_tls_settings_unref (settings);

  return status;
}
