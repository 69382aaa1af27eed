/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "cli/smtp-cli-run.h"

#include <glib-unix.h>
#include <string.h>

#include "cli/smtp-cli-output.h"
#include "cli/smtp-cli-printer.h"
#include "cli/smtp-cli-survey.h"
#include "diagnosis/smtp-advice.h"
#include "diagnosis/smtp-diagnosis.h"
#include "message/smtp-test-message.h"
#include "practice/smtp-practice-server.h"
#include "session/smtp-local-name.h"
#include "session/smtp-session.h"

#define PROGRAM        "smtp-probe-cli"
#define EXIT_OWN_FAULT 1
#define EXIT_USAGE     2
#define PRINT_EVERY_MS 50

typedef struct
{
  SmtpCliOptions     *options;
  GMainLoop          *loop;
  GCancellable       *cancellable;
  SmtpPracticeServer *server;
  SmtpTlsSettings    *tls;
  GError             *error;
  SmtpSession        *session;
  SmtpCliPrinter     *printer;
} Run;

static void
run_clear (Run *run)
{
  g_clear_pointer (&run->printer, smtp_cli_printer_free);
  g_clear_object (&run->session);
  g_clear_pointer (&run->tls, smtp_tls_settings_unref);
  g_clear_error (&run->error);
  if (run->server != NULL)
    smtp_practice_server_stop (run->server);
  g_clear_object (&run->server);
  g_clear_object (&run->cancellable);
  g_clear_pointer (&run->loop, g_main_loop_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

static gboolean
on_signal (gpointer user_data)
{
  Run *run = user_data;

  g_cancellable_cancel (run->cancellable);

  return G_SOURCE_CONTINUE;
}

static gboolean
on_print (gpointer user_data)
{
  Run *run = user_data;

  smtp_cli_printer_print (run->printer);

  return G_SOURCE_CONTINUE;
}

static void
on_name (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  Run *run = user_data;
  g_autofree char *name = smtp_local_name_finish (result, NULL);

  /* A name that is no domain is not worth an error: the address literal always is right. */
  if (name != NULL)
    smtp_plan_set (run->options->plan, SMTP_PLAN_EHLO_NAME, name, NULL);
  g_main_loop_quit (run->loop);
}

static void
find_ehlo_name (Run *run)
{
  SmtpPlan *plan = run->options->plan;

  if (smtp_plan_get_ehlo_name (plan) != NULL || smtp_plan_get_stop_after (plan) < SMTP_PHASE_EHLO)
    return;

  smtp_local_name_async (run->cancellable, on_name, run);
  g_main_loop_run (run->loop);
}

static void
on_tls (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  Run *run = user_data;

  run->tls = smtp_tls_settings_load_finish (result, &run->error);
  g_main_loop_quit (run->loop);
}

/* (transfer full) (nullable): from a file's first line or the environment, never from the command line */
static char *
get_key_password (SmtpCliOptions  *options,
                  GError         **error)
{
  char *password = NULL;

  if (options->key_password_env != NULL)
    password = g_strdup (g_getenv (options->key_password_env));
  else if (options->key_password_file != NULL && g_file_get_contents (options->key_password_file, &password, NULL, error))
    password[strcspn (password, "\r\n")] = '\0';

  return password;
}

/* The certificate of a practice server is to be found as good as it is, unless the user says whom to trust. */
static gboolean
trust_practice_server (Run     *run,
                       GError **error)
{
  SmtpTlsOptions *tls = smtp_plan_get_tls (run->options->plan);
  GBytes *authority = run->server != NULL ? smtp_practice_server_get_authority (run->server) : NULL;

  if (authority == NULL || smtp_tls_options_get (tls, SMTP_TLS_OPTION_TRUST) != NULL ||
      smtp_tls_options_get (tls, SMTP_TLS_OPTION_CA_FILE) != NULL)
    return TRUE;

  return smtp_tls_settings_add_authority (run->tls, authority, error);
}

/* Whatever is wrong with certificates, keys and the like is said before the run. */
static gboolean
load_tls (Run     *run,
          GError **error)
{
  SmtpPlan *plan = run->options->plan;
  char *password;

  if (smtp_plan_get_security (plan) == SMTP_SECURITY_NONE)
    return TRUE;

  password = get_key_password (run->options, &run->error);
  if (run->error == NULL)
    {
      smtp_tls_settings_load_async (smtp_plan_get_tls (plan), password, run->cancellable, on_tls, run);
      g_main_loop_run (run->loop);
    }
  if (password != NULL)
    gnutls_memset (password, 0, strlen (password));
  g_free (password);
  if (run->error != NULL)
    g_propagate_error (error, g_steal_pointer (&run->error));

  return run->tls != NULL && trust_practice_server (run, error);
}

static void
add_test_message (SmtpPlan *plan)
{
  g_autoptr (GPtrArray) recipients = g_ptr_array_new ();
  g_autoptr (GDateTime) date = g_date_time_new_now_local ();
  g_autofree char *id = g_uuid_string_random ();
  g_autoptr (GBytes) message = NULL;
  const char *domain = smtp_plan_get_ehlo_name (plan);

  for (guint i = 0; i < smtp_plan_get_n_recipients (plan); i++)
    g_ptr_array_add (recipients, (char *) smtp_plan_get_recipient (plan, i));
  g_ptr_array_add (recipients, NULL);

  message = smtp_test_message_new (smtp_plan_get_sender (plan), (const char * const *) recipients->pdata, date, id,
                                   domain != NULL && *domain != '[' ? domain : "smtp-probe.invalid");
  smtp_plan_set_message (plan, message);
}

static gboolean
start_practice_server (Run     *run,
                       GError **error)
{
  g_autofree char *port = NULL;

  if (run->options->practice == NULL)
    return TRUE;

  run->server = smtp_practice_server_new (run->options->practice, error);
  if (run->server == NULL)
    return FALSE;

  port = g_strdup_printf ("%u", smtp_practice_server_get_port (run->server));

  return smtp_plan_set (run->options->plan, SMTP_PLAN_PORT, port, error);
}

static void
on_run (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  Run *run = user_data;

  smtp_session_run_finish (SMTP_SESSION (object), result, NULL);
  g_main_loop_quit (run->loop);
}

static gboolean
is_live (SmtpCliOptions *options)
{
  return options->format == SMTP_EXPORT_TEXT && options->output == NULL && !options->quiet;
}

static void
run_session (Run *run)
{
  guint timer = 0;

  run->session = smtp_session_new (run->options->plan, run->tls);
  if (is_live (run->options))
    {
      g_autoptr (GString) header = g_string_new (NULL);

      smtp_export_text_header (PROGRAM, run->options->plan, smtp_session_get_transcript (run->session), NULL, header);
      smtp_cli_write (header->str, header->len);
      run->printer = smtp_cli_printer_new (smtp_session_get_transcript (run->session));
      timer = g_timeout_add (PRINT_EVERY_MS, on_print, run);
    }

  smtp_session_run_async (run->session, G_PRIORITY_DEFAULT, run->cancellable, on_run, run);
  g_main_loop_run (run->loop);

  if (timer != 0)
    g_source_remove (timer);
}

static gboolean
write_result (Run            *run,
              SmtpDiagnosis  *diagnosis,
              GError        **error)
{
  SmtpCliOptions *options = run->options;
  g_autoptr (GBytes) bytes = NULL;
  const char *data;
  gsize length;

  bytes = smtp_export_run (options->format, PROGRAM, options->plan, smtp_session_get_transcript (run->session),
                           diagnosis);
  data = g_bytes_get_data (bytes, &length);

  if (options->output != NULL)
    return smtp_cli_write_file (options->output, data, length, error);

  smtp_cli_write (data, length);

  return TRUE;
}

static int
conclude (Run *run)
{
  SmtpCliOptions *options = run->options;
  g_autoptr (SmtpDiagnosis) diagnosis = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  diagnosis = smtp_diagnosis_new (options->plan, smtp_session_get_transcript (run->session));
  status = smtp_diagnosis_get_exit_status (diagnosis);

  if (is_live (options))
    {
      g_autoptr (GString) footer = g_string_new (NULL);

      smtp_cli_printer_print (run->printer);
      smtp_export_text_report (options->plan, smtp_session_get_transcript (run->session), footer);
      smtp_export_text_footer (diagnosis, footer);
      smtp_cli_write (footer->str, footer->len);
    }
  else if (options->format == SMTP_EXPORT_TEXT && options->output == NULL)
    {
      g_autofree char *line = g_strconcat (smtp_diagnosis_get_verdict (diagnosis), "\n", NULL);

      smtp_cli_write (line, strlen (line));
    }
  else if (!write_result (run, diagnosis, &error))
    {
      g_printerr ("%s: %s\n", PROGRAM, error->message);
      status = EXIT_OWN_FAULT;
    }

  /* Also when that file could not be written: a message may have been sent. */
  if (options->output != NULL && !options->quiet)
    g_printerr ("%s\n", smtp_diagnosis_get_verdict (diagnosis));

  if (!smtp_cli_write ("", 0))
    {
      smtp_cli_complain_of_output ();
      status = EXIT_OWN_FAULT;
    }

  return status;
}

/**
 * smtp_cli_run:
 * @options: what was asked for
 *
 * Runs the probe and writes the result.
 *
 * Returns: the exit status
 */
int
smtp_cli_run (SmtpCliOptions *options)
{
  g_auto (Run) run = { .options = options, };
  g_autoptr (GError) error = NULL;
  guint interrupt;
  guint terminate;
  int status;

  run.loop = g_main_loop_new (NULL, FALSE);
  run.cancellable = g_cancellable_new ();
  interrupt = g_unix_signal_add (SIGINT, on_signal, &run);
  terminate = g_unix_signal_add (SIGTERM, on_signal, &run);

  if (!start_practice_server (&run, &error))
    {
      g_printerr ("%s: %s\n", PROGRAM, error->message);
      return EXIT_OWN_FAULT;
    }

  if (options->send)
    smtp_plan_set_message (options->plan, NULL);
  find_ehlo_name (&run);
  if (options->send)
    add_test_message (options->plan);

  if (!smtp_plan_check (options->plan, &error) || !load_tls (&run, &error))
    {
      g_autofree char *sentence = smtp_advice_for_error (error);

      g_printerr ("%s: %s\n", PROGRAM, sentence);
      return EXIT_USAGE;
    }

  if (options->survey)
    {
      status = smtp_cli_survey (options, run.tls, run.cancellable);
    }
  else
    {
      run_session (&run);
      status = conclude (&run);
    }

  g_source_remove (interrupt);
  g_source_remove (terminate);

  return status;
}
