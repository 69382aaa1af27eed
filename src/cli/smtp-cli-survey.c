/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "cli/smtp-cli-survey.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "cli/smtp-cli-output.h"
#include "export/smtp-export-survey.h"
#include "session/smtp-survey.h"

#define PROGRAM        "smtp-probe-cli"
#define EXIT_OWN_FAULT 1

/* One line that is written over and over, on a terminal only. */
static void
on_progress (GObject    *object,
             GParamSpec *pspec,
             gpointer    user_data)
{
  SmtpSurvey *survey = SMTP_SURVEY (object);

  g_printerr ("\r");
  g_printerr (_("%u of about %u connections"), smtp_survey_get_n_done (survey), smtp_survey_get_n_planned (survey));
  g_printerr ("\033[K");
}

static void
on_over (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  smtp_survey_run_finish (SMTP_SURVEY (object), result, NULL);
  g_main_loop_quit (user_data);
}

static void
run (SmtpSurvey   *survey,
     GCancellable *cancellable,
     gboolean      quiet)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  gboolean live = !quiet && isatty (STDERR_FILENO) == 1;
  g_autofree char *estimate = smtp_survey_describe_estimate (smtp_survey_get_n_planned (survey),
                                                             smtp_survey_get_seconds (survey));

  if (!quiet)
    g_printerr ("%s\n", estimate);
  if (live)
    g_signal_connect (survey, "notify::n-done", G_CALLBACK (on_progress), NULL);

  smtp_survey_run_async (survey, G_PRIORITY_DEFAULT, cancellable, on_over, loop);
  g_main_loop_run (loop);

  if (live)
    g_printerr ("\r\033[K");
}

static gboolean
write_result (SmtpCliOptions     *options,
              SmtpSurvey         *survey,
              SmtpSurveySummary  *summary,
              GError            **error)
{
  const SmtpExportSurvey document = {
    .program = PROGRAM, .plan = options->plan,       .survey = smtp_survey_get_survey_plan (survey),
    .summary = summary, .started = smtp_survey_get_started (survey), .elapsed_us = smtp_survey_get_elapsed_us (survey),
  };
  g_autoptr (GBytes) bytes = smtp_export_survey (options->format, &document);
  const char *data;
  gsize length;

  data = g_bytes_get_data (bytes, &length);
  if (options->output != NULL)
    return smtp_cli_write_file (options->output, data, length, error);

  smtp_cli_write (data, length);

  return TRUE;
}

/**
 * smtp_cli_survey:
 * @options: what was asked for; the plan is checked
 * @tls: the plan's TLS options, loaded
 * @cancellable: stops the survey
 *
 * Says what the survey will take, makes it and writes the result.
 *
 * Returns: the exit status
 */
int
smtp_cli_survey (SmtpCliOptions  *options,
                 SmtpTlsSettings *tls,
                 GCancellable    *cancellable)
{
  g_autoptr (SmtpSurvey) survey = smtp_survey_new (options->plan, tls, (guint) options->pause_ms);
  g_auto (SmtpSurveySummary) summary = { 0, };
  g_autoptr (GError) error = NULL;
  int status;

  run (survey, cancellable, options->quiet);
  smtp_survey_summarize (smtp_survey_get_survey_plan (survey), options->plan, &summary);
  status = summary.exit_status;

  if (options->quiet && options->format == SMTP_EXPORT_TEXT && options->output == NULL)
    {
      g_autofree char *line = g_strconcat (summary.verdict, "\n", NULL);

      smtp_cli_write (line, strlen (line));
    }
  else if (!write_result (options, survey, &summary, &error))
    {
      g_printerr ("%s: %s\n", PROGRAM, error->message);
      status = EXIT_OWN_FAULT;
    }

  if (options->output != NULL && !options->quiet)
    g_printerr ("%s\n", summary.verdict);
  if (!smtp_cli_write ("", 0))
    {
      smtp_cli_complain_of_output ();
      status = EXIT_OWN_FAULT;
    }

  return status;
}
