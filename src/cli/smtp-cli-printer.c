/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "cli/smtp-cli-printer.h"

#include "cli/smtp-cli-output.h"
#include "export/smtp-export.h"
#include "export/smtp-lines.h"

#define FLUSH_AT 65536

struct _SmtpCliPrinter
{
  SmtpTranscript *transcript;
  guint           step;   /* the first one not wholly printed */
  guint           line;   /* its first line not printed */
  GString        *text;
};

static void
flush (SmtpCliPrinter *self)
{
  smtp_cli_write (self->text->str, self->text->len);
  g_string_truncate (self->text, 0);
}

/**
 * smtp_cli_printer_new:
 * @transcript: what to print
 *
 * Returns: (transfer full): a printer that has printed nothing
 */
SmtpCliPrinter *
smtp_cli_printer_new (SmtpTranscript *transcript)
{
  SmtpCliPrinter *self = g_new0 (SmtpCliPrinter, 1);

  self->transcript = g_object_ref (transcript);
  self->text = g_string_sized_new (FLUSH_AT + 4096);

  return self;
}

/**
 * smtp_cli_printer_free:
 * @self: (transfer full): a printer
 */
void
smtp_cli_printer_free (SmtpCliPrinter *self)
{
  g_object_unref (self->transcript);
  g_string_free (self->text, TRUE);
  g_free (self);
}

/**
 * smtp_cli_printer_print:
 * @self: a printer
 *
 * Prints what came since the last call: of a step under way the command, of a settled one the rest.
 */
void
smtp_cli_printer_print (SmtpCliPrinter *self)
{
  guint n_steps = smtp_transcript_get_n_steps (self->transcript);

  for (; self->step < n_steps; self->step++, self->line = 0)
    {
      SmtpStep *step = smtp_transcript_get_step (self->transcript, self->step);
      guint n_lines = smtp_lines_count (step);

      while (self->line < n_lines)
        {
          self->line = smtp_export_text_lines (step, self->line, FLUSH_AT, self->text);
          if (self->text->len >= FLUSH_AT)
            flush (self);
        }

      if (!smtp_step_is_settled (step))
        break;
    }

  flush (self);
}
