/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "export/smtp-lines.h"

#include <glib/gi18n.h>

#include "diagnosis/smtp-advice.h"
#include "protocol/smtp-bytes.h"

static gboolean
has_sent (SmtpStep *step)
{
  return smtp_step_get_command (step) != NULL || smtp_step_get_kind (step) == SMTP_STEP_CONTENT;
}

static guint
count_received (SmtpStep *step)
{
  SmtpReply *reply = smtp_step_get_reply (step);

  return reply != NULL ? smtp_reply_get_n_lines (reply) : 0;
}

static gboolean
has_note (SmtpStep *step)
{
  SmtpStepKind kind = smtp_step_get_kind (step);

  if (!smtp_step_is_settled (step))
    return FALSE;

  return smtp_step_get_failure (step) != SMTP_FAILURE_NONE || kind == SMTP_STEP_LOOKUP || kind == SMTP_STEP_CONNECT ||
         kind == SMTP_STEP_HANDSHAKE || kind == SMTP_STEP_CLOSE ||
         (kind == SMTP_STEP_SILENCE && smtp_step_get_verdict (step) == SMTP_VERDICT_ACCEPTED);
}

static void
append_number (guint64  number,
               GString *out)
{
  char digits[20];
  int n = G_N_ELEMENTS (digits);

  do
    digits[--n] = (char) ('0' + number % 10);
  while ((number /= 10) > 0);

  g_string_append_len (out, digits + n, (gssize) G_N_ELEMENTS (digits) - n);
}

/* @number with three digits behind the point, given in thousandths. */
static void
append_thousandths (guint64  number,
                    GString *out)
{
  const char fraction[4] = {
    '.', (char) ('0' + number / 100 % 10), (char) ('0' + number / 10 % 10), (char) ('0' + number % 10),
  };

  append_number (number / 1000, out);
  g_string_append_len (out, fraction, sizeof fraction);
}

/**
 * smtp_lines_count:
 * @step: a step
 *
 * Returns: how many lines it has by now; a settled step keeps its number
 */
guint
smtp_lines_count (SmtpStep *step)
{
  return (has_sent (step) ? 1 : 0) + count_received (step) + (has_note (step) ? 1 : 0);
}

/**
 * smtp_lines_get:
 * @step: a step
 * @index: which line
 * @line: (out): what it is
 */
void
smtp_lines_get (SmtpStep *step,
                guint     index,
                SmtpLine *line)
{
  guint n_received = count_received (step);
  gint64 start = smtp_step_get_start_us (step);
  gint64 end = smtp_step_get_end_us (step);

  line->first = line->last = TRUE;
  line->at_us = start;
  line->duration_us = -1;
  line->received = 0;

  if (has_sent (step))
    {
      if (index == 0)
        {
          line->kind = SMTP_LINE_SENT;
          return;
        }
      index--;
    }

  if (index < n_received)
    {
      line->kind = SMTP_LINE_RECEIVED;
      line->received = index;
      line->first = index == 0;
      line->last = index + 1 == n_received;
      line->at_us = smtp_step_get_first_byte_us (step);
      if (line->first && end >= 0 && smtp_step_get_kind (step) != SMTP_STEP_UNASKED)
        line->duration_us = end - start;
      return;
    }

  line->kind = SMTP_LINE_NOTE;
  if (smtp_step_get_kind (step) == SMTP_STEP_LOOKUP || smtp_step_get_kind (step) == SMTP_STEP_CONNECT ||
      (smtp_step_get_kind (step) == SMTP_STEP_HANDSHAKE && n_received == 0))
    line->duration_us = end - start;
  else
    line->at_us = end;
}

static void
append_content (SmtpStep *step,
                GString  *out)
{
  g_autofree char *bytes = g_strdup_printf ("%" G_GUINT64_FORMAT, smtp_step_get_content_bytes (step));
  guint64 fixed = smtp_step_get_fixed_line_ends (step);

  g_string_append_printf (out, smtp_step_is_content_complete (step) ? _("Message text, %s bytes, and the final dot")
                                                                    : _("Message text, %s bytes so far, without the final dot"),
                          bytes);
  if (fixed > 0)
    {
      g_autofree char *line_ends = g_strdup_printf ("%" G_GUINT64_FORMAT, fixed);

      g_string_append (out, "; ");
      g_string_append_printf (out, ngettext ("%s line end sent as CR LF", "%s line ends sent as CR LF", (gulong) fixed),
                              line_ends);
    }
}

/**
 * smtp_lines_append_text:
 * @step: a step
 * @index: which line
 * @max_bytes: how many bytes of it to show at the most, 0 for all
 * @out: where to append
 *
 * Appends what the line says, escaped, without line end.
 */
void
smtp_lines_append_text (SmtpStep *step,
                        guint     index,
                        gsize     max_bytes,
                        GString  *out)
{
  SmtpCommand *command = smtp_step_get_command (step);
  const char *bytes;
  gsize length;

  if (has_sent (step))
    {
      if (index == 0)
        {
          if (command == NULL)
            append_content (step, out);
          else
            {
              bytes = smtp_command_get_shown (command, &length);
              smtp_bytes_append_escaped (out, bytes, length);
            }
          return;
        }
      index--;
    }

  if (index < count_received (step))
    {
      bytes = smtp_reply_get_line (smtp_step_get_reply (step), index, &length);
      if (max_bytes > 0 && length > max_bytes)
        {
          g_autofree char *cut = smtp_bytes_escape (bytes, length, max_bytes);

          g_string_append (out, cut);
        }
      else
        {
          smtp_bytes_append_escaped (out, bytes, length);
        }
    }
  else
    {
      g_autofree char *note = smtp_advice_for_step (step);

      g_string_append (out, note != NULL ? note : "");
    }
}

static const char *
get_broken_word (SmtpStep *step)
{
  switch ((int) smtp_step_get_failure (step))
    {
    case SMTP_FAILURE_TLS_BYTES:
      return _("TLS");
    case SMTP_FAILURE_PLAIN_TEXT:
      return _("Not TLS");
    case SMTP_FAILURE_COMMAND_INJECTION:
    case SMTP_FAILURE_INJECTION:
      return _("Injected");
    case SMTP_FAILURE_TLS_ALERT:
    case SMTP_FAILURE_TLS:
      return _("TLS failed");
    default:
      return _("Not SMTP");
    }
}

static gboolean
has_bad_certificate (SmtpStep *step)
{
  SmtpTlsInfo *tls = smtp_step_get_tls (step);

  return tls != NULL && tls->faults->len > 0;
}

/* The word on the badge of a step without a reply code. */
static const char *
get_word (SmtpStep *step)
{
  switch (smtp_step_get_verdict (step))
    {
    case SMTP_VERDICT_TIMED_OUT:
      return _("Time-out");
    case SMTP_VERDICT_CANCELLED:
      return _("Stopped");
    case SMTP_VERDICT_LOST:
      return _("Lost");
    case SMTP_VERDICT_BROKEN:
      return get_broken_word (step);
    case SMTP_VERDICT_REFUSED:
      return smtp_step_get_failure (step) == SMTP_FAILURE_CERTIFICATE ? _("Bad certificate") : _("Failed");
    case SMTP_VERDICT_SKIPPED:
      return _("No TLS");
    case SMTP_VERDICT_PENDING:
    case SMTP_VERDICT_ACCEPTED:
    case SMTP_VERDICT_WANTS_MORE:
    case SMTP_VERDICT_DEFERRED:
    default:
      break;
    }

  switch (smtp_step_get_kind (step))
    {
    case SMTP_STEP_LOOKUP:
      return _("DNS");
    case SMTP_STEP_CONNECT:
      return _("TCP");
    case SMTP_STEP_HANDSHAKE:
      return has_bad_certificate (step) ? _("Bad certificate") : _("TLS");
    case SMTP_STEP_SILENCE:
      return _("Silence");
    case SMTP_STEP_GREETING:
    case SMTP_STEP_COMMAND:
    case SMTP_STEP_CONTENT:
    case SMTP_STEP_UNASKED:
    case SMTP_STEP_CLOSE:
    default:
      return _("End");
    }
}

typedef enum
{
  WORD_UNASKED,
  WORD_OUT_OF_TURN,
  WORD_GO_ON,
  WORD_TEMPORARY,
  WORD_PERMANENT,
  WORD_READY,
  WORD_SUCCESS,
  N_WORDS
} Word;

static Word
choose_word (SmtpStep *step)
{
  if (smtp_step_get_kind (step) == SMTP_STEP_UNASKED)
    return WORD_UNASKED;

  switch (smtp_step_get_verdict (step))
    {
    case SMTP_VERDICT_BROKEN:
      return WORD_OUT_OF_TURN;
    case SMTP_VERDICT_WANTS_MORE:
      return WORD_GO_ON;
    case SMTP_VERDICT_DEFERRED:
      return WORD_TEMPORARY;
    case SMTP_VERDICT_REFUSED:
      return WORD_PERMANENT;
    case SMTP_VERDICT_PENDING:
    case SMTP_VERDICT_ACCEPTED:
    case SMTP_VERDICT_LOST:
    case SMTP_VERDICT_TIMED_OUT:
    case SMTP_VERDICT_CANCELLED:
    default:
      return smtp_step_get_kind (step) == SMTP_STEP_GREETING ? WORD_READY : WORD_SUCCESS;
    }
}

/* The word beside a reply code. Looking it up in the catalogue takes longer than the rest of a badge, so that
 * is done once for each. */
static const char *
get_reply_word (SmtpStep *step)
{
  static const char *const words[N_WORDS] = {
    [WORD_UNASKED] = N_("Unasked"),
    [WORD_OUT_OF_TURN] = N_("Out of turn"),
    [WORD_GO_ON] = N_("Go on"),
    [WORD_TEMPORARY] = N_("Temporary"),
    [WORD_PERMANENT] = N_("Permanent"),
    [WORD_READY] = N_("Ready"),
    [WORD_SUCCESS] = N_("Success"),
  };
  static const char *translated[N_WORDS];
  Word word = choose_word (step);

  if (translated[word] == NULL)
    translated[word] = _(words[word]);

  return translated[word];
}

/**
 * smtp_lines_append_badge:
 * @step: a settled step
 * @out: where to append
 *
 * Appends the badge of a step: code and word, as in "550 Permanent".
 */
void
smtp_lines_append_badge (SmtpStep *step,
                         GString  *out)
{
  SmtpReply *reply = smtp_step_get_reply (step);
  guint code = reply != NULL ? smtp_reply_get_code (reply) : 0;

  if (code == 0 || smtp_step_get_verdict (step) >= SMTP_VERDICT_LOST || smtp_step_get_kind (step) == SMTP_STEP_HANDSHAKE)
    {
      g_string_append (out, get_word (step));
      return;
    }

  append_number (code, out);
  g_string_append_c (out, ' ');

  g_string_append (out, get_reply_word (step));
}

/**
 * smtp_lines_append_offset:
 * @at_us: microseconds since the start of the run
 * @out: where to append
 *
 * Appends a point of time as "+0.081", in seconds.
 */
void
smtp_lines_append_offset (gint64   at_us,
                          GString *out)
{
  g_string_append_c (out, '+');
  append_thousandths ((guint64) MAX (at_us, 0) / 1000, out);
}

/**
 * smtp_lines_append_duration:
 * @duration_us: microseconds
 * @out: where to append
 *
 * Appends a length of time as "0.4 ms", "12 ms" or "12.3 s".
 */
void
smtp_lines_append_duration (gint64   duration_us,
                            GString *out)
{
  guint64 us = (guint64) MAX (duration_us, 0);

  if (us < 10000)
    {
      append_number (us / 1000, out);
      g_string_append_c (out, '.');
      append_number (us / 100 % 10, out);
      g_string_append (out, " ms");
    }
  else if (us < 10 * G_USEC_PER_SEC)
    {
      append_number (us / 1000, out);
      g_string_append (out, " ms");
    }
  else
    {
      append_number (us / G_USEC_PER_SEC, out);
      g_string_append_c (out, '.');
      append_number (us / 100000 % 10, out);
      g_string_append (out, " s");
    }
}
