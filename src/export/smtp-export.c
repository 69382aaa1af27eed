/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "export/smtp-export.h"

#include <string.h>

#include "export/smtp-export-private.h"

static const struct
{
  const char *id;
  const char *suffix;
  const char *media_type;
  GBytes   *(*run) (const char     *program,
                    SmtpPlan       *plan,
                    SmtpTranscript *transcript,
                    SmtpDiagnosis  *diagnosis);
} formats[SMTP_EXPORT_N_FORMATS] = {
  [SMTP_EXPORT_TEXT] = { "text", "txt", "text/plain", smtp_export_text },
  [SMTP_EXPORT_JSON] = { "json", "json", "application/json", smtp_export_json },
};

SmtpStep *
smtp_export_find_connection (SmtpTranscript *transcript)
{
  SmtpStep *found = NULL;

  for (guint i = 0; i < smtp_transcript_get_n_steps (transcript); i++)
    {
      SmtpStep *step = smtp_transcript_get_step (transcript, i);

      if (smtp_step_get_kind (step) == SMTP_STEP_CONNECT)
        found = step;
      else if (found != NULL)
        break;
    }

  return found;
}

/**
 * smtp_export_get_id:
 * @format: a format
 *
 * Returns: (transfer none): its stable name, for scripts
 */
const char *
smtp_export_get_id (SmtpExportFormat format)
{
  return formats[format].id;
}

/**
 * smtp_export_get_suffix:
 * @format: a format
 *
 * Returns: (transfer none): the usual end of a file's name, without the dot
 */
const char *
smtp_export_get_suffix (SmtpExportFormat format)
{
  return formats[format].suffix;
}

/**
 * smtp_export_get_media_type:
 * @format: a format
 *
 * Returns: (transfer none): its media type
 */
const char *
smtp_export_get_media_type (SmtpExportFormat format)
{
  return formats[format].media_type;
}

/**
 * smtp_export_find:
 * @id: a stable name
 * @format: (out): the format of that name
 *
 * Returns: whether there is one
 */
gboolean
smtp_export_find (const char       *id,
                  SmtpExportFormat *format)
{
  for (int i = 0; i < SMTP_EXPORT_N_FORMATS; i++)
    {
      if (strcmp (formats[i].id, id) == 0)
        {
          *format = (SmtpExportFormat) i;
          return TRUE;
        }
    }

  return FALSE;
}

/**
 * smtp_export_run:
 * @format: a format
 * @program: the program's name, for the head of the document
 * @plan: what was asked
 * @transcript: what came of it
 * @diagnosis: what it means
 *
 * Returns: (transfer full): the run in that format, UTF-8
 */
GBytes *
smtp_export_run (SmtpExportFormat  format,
                 const char       *program,
                 SmtpPlan         *plan,
                 SmtpTranscript   *transcript,
                 SmtpDiagnosis    *diagnosis)
{
  g_return_val_if_fail (format < SMTP_EXPORT_N_FORMATS, NULL);

  return formats[format].run (program, plan, transcript, diagnosis);
}
