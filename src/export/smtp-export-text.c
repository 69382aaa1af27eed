/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "export/smtp-export-private.h"

#include <string.h>

#include "diagnosis/smtp-advice.h"
#include "diagnosis/smtp-server-report.h"
#include "export/smtp-lines.h"
#include "protocol/smtp-bytes.h"

#define TEXT_COLUMN   13  /* where the text of a line starts */
#define REPORT_COLUMN 24  /* room for a label of the report */

/* What went through TLS has a wavy arrow. */
static const char *const marks[][2] = {
  [SMTP_LINE_SENT] = { ">", "~>" },
  [SMTP_LINE_RECEIVED] = { "<", "<~" },
  [SMTP_LINE_NOTE] = { "*", "*" },
};

/* The same in every language, as all of the head. */
static const char *const securities[] = {
  [SMTP_SECURITY_NONE] = "no encryption",
  [SMTP_SECURITY_STARTTLS] = "STARTTLS if offered",
  [SMTP_SECURITY_STARTTLS_REQUIRED] = "STARTTLS required",
  [SMTP_SECURITY_TLS] = "TLS on connect",
};

static void
pad (GString *out,
     gsize    start,
     gsize    width)
{
  static const char blanks[] = "                ";
  gsize used = out->len - start;

  if (used < width)
    g_string_append_len (out, blanks, (gssize) (width - used));
}

static void
append_field (GString    *out,
              const char *label,
              const char *value)
{
  gsize start = out->len;

  g_string_append (out, label);
  pad (out, start, TEXT_COLUMN - 3);
  g_string_append (out, value);
  g_string_append_c (out, '\n');
}

/* The target and both ends of the connection, as the head of a document has them; (transfer full). */
char *
smtp_export_format_target (SmtpPlan       *plan,
                           SmtpTranscript *transcript)
{
  SmtpStep *connection = smtp_export_find_connection (transcript);
  GString *text = g_string_new (smtp_plan_get_host (plan));

  g_string_append_printf (text, " port %u, %s", smtp_plan_get_port (plan),
                          securities[smtp_plan_get_security (plan)]);
  if (connection != NULL && smtp_step_get_local (connection) != NULL)
    g_string_append_printf (text, " (%s from %s)", smtp_step_get_target (connection), smtp_step_get_local (connection));

  return g_string_free (text, FALSE);
}

static void
append_verdict (SmtpDiagnosis *diagnosis,
                GString       *out)
{
  g_autofree char *verdict = g_strconcat (smtp_diagnosis_get_headline (diagnosis), ". ",
                                          smtp_diagnosis_get_verdict (diagnosis), NULL);

  append_field (out, "Verdict:", verdict);
  if (smtp_diagnosis_get_next (diagnosis) != NULL)
    append_field (out, "Next:", smtp_diagnosis_get_next (diagnosis));
}

/**
 * smtp_export_text_header:
 * @program: the program's name
 * @plan: what was asked
 * @transcript: the transcript, possibly still empty
 * @diagnosis: (nullable): the verdict, if it is known by now
 * @out: where to append
 *
 * Appends the head of the text form. Its labels are the same in every language, so that tools find them.
 */
void
smtp_export_text_header (const char     *program,
                         SmtpPlan       *plan,
                         SmtpTranscript *transcript,
                         SmtpDiagnosis  *diagnosis,
                         GString        *out)
{
  g_autofree char *target = smtp_export_format_target (plan, transcript);
  g_autofree char *started = g_date_time_format (smtp_transcript_get_started (transcript), "%Y-%m-%d %H:%M:%S %:z");
  g_autofree char *version = g_strconcat (program, " " PACKAGE_VERSION, NULL);
  g_autofree char *asked = smtp_advice_for_plan (plan);

  append_field (out, "Target:", target);
  append_field (out, "Started:", started);
  append_field (out, "Program:", version);
  append_field (out, "Probe:", asked);
  if (diagnosis != NULL)
    append_verdict (diagnosis, out);
  g_string_append_c (out, '\n');
}

/**
 * smtp_export_text_line:
 * @step: a step
 * @index: which of its lines, see smtp_lines_count()
 * @out: where to append
 *
 * Appends one line of the transcript: offset, direction (> sent, < received, * note; ~> and <~ inside TLS),
 * text, and where it is known how it ended and how long that took.
 */
void
smtp_export_text_line (SmtpStep *step,
                       guint     index,
                       GString  *out)
{
  gsize start = out->len;
  SmtpLine line;

  smtp_lines_get (step, index, &line);
  if (line.first)
    {
      smtp_lines_append_offset (line.at_us, out);
      pad (out, start, TEXT_COLUMN - 3);
      g_string_append (out, marks[line.kind][smtp_step_is_secure (step) ? 1 : 0]);
    }
  pad (out, start, TEXT_COLUMN);
  smtp_lines_append_text (step, index, 0, out);

  if (line.kind != SMTP_LINE_SENT && line.first)
    {
      g_string_append (out, "   [");
      smtp_lines_append_badge (step, out);
      if (line.duration_us >= 0)
        {
          g_string_append (out, ", ");
          smtp_lines_append_duration (line.duration_us, out);
        }
      g_string_append_c (out, ']');
    }
  g_string_append_c (out, '\n');
}

/* The second and further lines of a reply have nothing but text, and there may be a million of them.
 * Returns how many were appended. */
static guint
append_further_lines (SmtpReply *reply,
                      guint      from,
                      gsize      enough,
                      GString   *out)
{
  guint n_lines = smtp_reply_get_n_lines (reply);
  guint index;

  for (index = from; index < n_lines && out->len < enough; index++)
    {
      gsize length;
      const char *bytes = smtp_reply_get_line (reply, index, &length);

      if (smtp_bytes_skip_plain (bytes, bytes + length) == bytes + length)
        {
          gsize start = out->len;

          g_string_set_size (out, start + TEXT_COLUMN + length + 1);
          memset (out->str + start, ' ', TEXT_COLUMN);
          memcpy (out->str + start + TEXT_COLUMN, bytes, length);
          out->str[out->len - 1] = '\n';
        }
      else
        {
          pad (out, out->len, TEXT_COLUMN);
          smtp_bytes_append_escaped (out, bytes, length);
          g_string_append_c (out, '\n');
        }
    }

  return index - from;
}

/**
 * smtp_export_text_lines:
 * @step: a step
 * @from: the first of its lines to append
 * @enough: when to stop: as soon as @out holds so many bytes
 * @out: where to append
 *
 * Appends the lines of a step one after the other, as smtp_export_text_line() does, but for long replies in
 * much less time.
 *
 * Returns: the line to go on with
 */
guint
smtp_export_text_lines (SmtpStep *step,
                        guint     from,
                        gsize     enough,
                        GString  *out)
{
  guint n_lines = smtp_lines_count (step);
  guint index = from;

  while (index < n_lines && out->len < enough)
    {
      SmtpLine line;

      smtp_lines_get (step, index, &line);
      if (line.kind == SMTP_LINE_RECEIVED && !line.first)
        index += append_further_lines (smtp_step_get_reply (step), line.received, enough, out);
      else
        smtp_export_text_line (step, index++, out);
    }

  return index;
}

/**
 * smtp_export_text_report:
 * @plan: what was asked
 * @transcript: what came of it
 * @out: where to append
 *
 * Appends what the transcript does not show by itself: encryption, certificates, oddities. Nothing if there
 * is none of that.
 */
void
smtp_export_text_report (SmtpPlan       *plan,
                         SmtpTranscript *transcript,
                         GString        *out)
{
  g_autoptr (GPtrArray) report = smtp_server_report_encryption (plan, transcript);

  for (guint i = 0; i < report->len; i++)
    {
      const SmtpReportSection *section = report->pdata[i];

      g_string_append_printf (out, "\n%s\n", section->title);
      for (guint k = 0; k < section->rows->len; k++)
        {
          const SmtpReportRow *row = section->rows->pdata[k];
          glong width = g_utf8_strlen (row->label, -1);

          g_string_append_printf (out, "  %s%s%*s%s\n", row->label, *row->label != '\0' ? ":" : " ",
                                  (int) MAX (REPORT_COLUMN - width, 1), "", row->value);
        }
    }
}

/**
 * smtp_export_text_footer:
 * @diagnosis: the verdict
 * @out: where to append
 *
 * Appends the verdict, for a transcript that was printed while it came.
 */
void
smtp_export_text_footer (SmtpDiagnosis *diagnosis,
                         GString       *out)
{
  g_string_append_c (out, '\n');
  append_verdict (diagnosis, out);
}

GBytes *
smtp_export_text (const char     *program,
                  SmtpPlan       *plan,
                  SmtpTranscript *transcript,
                  SmtpDiagnosis  *diagnosis)
{
  GString *out = g_string_new (NULL);
  guint n_steps = smtp_transcript_get_n_steps (transcript);

  smtp_export_text_header (program, plan, transcript, diagnosis, out);
  for (guint i = 0; i < n_steps; i++)
    {
      SmtpStep *step = smtp_transcript_get_step (transcript, i);
      smtp_export_text_lines (step, 0, G_MAXSIZE, out);
    }
  smtp_export_text_report (plan, transcript, out);

  return g_string_free_to_bytes (out);
}
