/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dialogue/smtp-survey-answer.h"

#include "protocol/smtp-bytes.h"
#include "protocol/smtp-extensions.h"

/* The first line of a reply, as it is shown. (nullable) */
static char *
quote (SmtpStep *step)
{
  SmtpReply *reply = smtp_step_get_reply (step);
  const char *line;
  gsize length;

  if (reply == NULL || smtp_reply_get_n_lines (reply) == 0)
    return NULL;

  line = smtp_reply_get_line (reply, 0, &length);

  return smtp_bytes_escape (line, length, 0);
}

static guint
get_code (SmtpStep *step)
{
  SmtpReply *reply = smtp_step_get_reply (step);

  return reply != NULL ? smtp_reply_get_code (reply) : 0;
}

static void
say (SmtpSurveyAnswer  *self,
     SmtpSurveyVerdict  verdict,
     SmtpSurveyReason   reason,
     char              *detail)
{
  self->verdict = verdict;
  self->reason = reason;
  g_free (self->detail);
  self->detail = detail;
}

/* The alerts that say that nothing of what was offered will do (RFC 8446 section 6.2); all others may be about
 * something else. */
static gboolean
is_refusal (const char *alert)
{
  static const char *const refusals[] = { "handshake_failure", "insufficient_security", "protocol_version" };

  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      if (g_str_has_prefix (alert, refusals[i]))
        return TRUE;
    }

  return FALSE;
}

static SmtpSurveyReason
reason_of_failure (SmtpStep *step)
{
  switch (smtp_step_get_failure (step))
    {
    case SMTP_FAILURE_NO_SUCH_NAME:
    case SMTP_FAILURE_LOOKUP:
    case SMTP_FAILURE_CONNECTION_REFUSED:
    case SMTP_FAILURE_UNREACHABLE:
      return SMTP_SURVEY_REASON_CONNECTION;
    case SMTP_FAILURE_TIMEOUT:
      return SMTP_SURVEY_REASON_TIMEOUT;
    case SMTP_FAILURE_CANCELLED:
      return SMTP_SURVEY_REASON_CANCELLED;
    case SMTP_FAILURE_NO_STARTTLS:
      return SMTP_SURVEY_REASON_NO_STARTTLS;
    case SMTP_FAILURE_NOT_SMTP:
    case SMTP_FAILURE_TLS_BYTES:
    case SMTP_FAILURE_OUT_OF_STEP:
    case SMTP_FAILURE_REPLY_TOO_LARGE:
    case SMTP_FAILURE_INJECTION:
    case SMTP_FAILURE_PLAIN_TEXT:
      return SMTP_SURVEY_REASON_NOT_TLS;
    case SMTP_FAILURE_TLS_ALERT:
      return SMTP_SURVEY_REASON_ALERT;
    case SMTP_FAILURE_TLS:
      return SMTP_SURVEY_REASON_TLS;
    case SMTP_FAILURE_NONE:
      return smtp_step_get_reply (step) != NULL ? SMTP_SURVEY_REASON_REPLY : SMTP_SURVEY_REASON_CUT;
    case SMTP_FAILURE_CLOSED:
    case SMTP_FAILURE_RESET:
    case SMTP_FAILURE_TRUNCATED:
    case SMTP_FAILURE_CERTIFICATE:
    case SMTP_FAILURE_FILE:
    case SMTP_FAILURE_IO:
    default:
      return SMTP_SURVEY_REASON_CUT;
    }
}

static void
read_handshake (SmtpSurveyAnswer *self,
                SmtpStep         *step)
{
  SmtpFailure failure = smtp_step_get_failure (step);
  const char *detail = smtp_step_get_detail (step);

  if (failure == SMTP_FAILURE_NO_STARTTLS)
    {
      say (self, SMTP_SURVEY_NOT_TESTABLE, SMTP_SURVEY_REASON_NO_STARTTLS, NULL);
      self->stop = SMTP_SURVEY_REASON_NO_STARTTLS;
      return;
    }

  self->reached = TRUE;
  self->tls = smtp_step_get_tls (step);
  if (self->tls != NULL)
    say (self, SMTP_SURVEY_ACCEPTED, SMTP_SURVEY_REASON_NONE, NULL);
  else if (failure == SMTP_FAILURE_CLOSED || (failure == SMTP_FAILURE_TLS_ALERT && is_refusal (detail)))
    say (self, SMTP_SURVEY_REFUSED, SMTP_SURVEY_REASON_NONE, g_strdup (detail));
  else
    say (self, SMTP_SURVEY_NOT_TESTABLE, reason_of_failure (step), g_strdup (detail));
}

/**
 * smtp_survey_answer_read:
 * @self: zeroed
 * @transcript: a connection that is over and was to make a handshake
 *
 * Reads what became of the handshake: accepted when it came to its end; refused when the server closed the
 * connection upon it or sent an alert that speaks of what was offered; and not testable for all else.
 */
void
smtp_survey_answer_read (SmtpSurveyAnswer *self,
                         SmtpTranscript   *transcript)
{
  say (self, SMTP_SURVEY_NOT_TESTABLE, SMTP_SURVEY_REASON_CONNECTION, NULL);

  for (guint i = 0; i < smtp_transcript_get_n_steps (transcript); i++)
    {
      SmtpStep *step = smtp_transcript_get_step (transcript, i);
      SmtpStepKind kind = smtp_step_get_kind (step);
      SmtpVerdict verdict = smtp_step_get_verdict (step);

      if (kind == SMTP_STEP_HANDSHAKE)
        read_handshake (self, step);
      else if (!self->reached && kind != SMTP_STEP_CLOSE && smtp_step_get_verb (step) != SMTP_VERB_QUIT &&
               !smtp_verdict_is_good (verdict) && self->stop == SMTP_SURVEY_REASON_NONE)
        say (self, SMTP_SURVEY_NOT_TESTABLE, reason_of_failure (step),
             smtp_step_get_reply (step) != NULL ? quote (step) : g_strdup (smtp_step_get_detail (step)));

      if (self->stop == SMTP_SURVEY_REASON_NONE && get_code (step) == 421)
        {
          self->stop = SMTP_SURVEY_REASON_BUSY;
          self->stop_detail = quote (step);
        }
      else if (verdict == SMTP_VERDICT_CANCELLED)
        {
          self->stop = SMTP_SURVEY_REASON_CANCELLED;
        }
    }
}

/* The mechanisms do not matter; whether there are any does. */
static gboolean
offers_auth (SmtpTranscript *transcript)
{
  for (guint i = 0; i < smtp_transcript_get_n_steps (transcript); i++)
    {
      SmtpStep *step = smtp_transcript_get_step (transcript, i);

      if (smtp_step_get_verb (step) == SMTP_VERB_EHLO && smtp_step_get_verdict (step) == SMTP_VERDICT_ACCEPTED)
        {
          g_autoptr (SmtpExtensions) extensions = smtp_extensions_new (smtp_step_get_reply (step));

          return smtp_extensions_lookup (extensions, "AUTH") != NULL;
        }
    }

  return FALSE;
}

/* RFC 4954 section 4: 538 and (RFC 3207) 530 demand encryption, 503 and 502 say that there is nothing to be had.
 * 501 and 504 are about the missing mechanism: who finds that wanting looked at the command. */
static void
weigh_auth (SmtpSurveyAnswer *self,
            SmtpTranscript   *transcript,
            SmtpStep         *step)
{
  guint code = get_code (step);

  if (code / 100 == 3 || ((code == 501 || code == 504) && offers_auth (transcript)))
    say (self, SMTP_SURVEY_ACCEPTED, SMTP_SURVEY_REASON_NONE, quote (step));
  else if (code / 100 == 5 && code != 501 && code != 504)
    say (self, SMTP_SURVEY_REFUSED, SMTP_SURVEY_REASON_NONE, quote (step));
  else
    say (self, SMTP_SURVEY_NOT_TESTABLE, code != 0 ? SMTP_SURVEY_REASON_UNCLEAR : reason_of_failure (step), quote (step));
}

/**
 * smtp_survey_answer_read_clear:
 * @transcript: a connection in clear that is over
 * @verb: %SMTP_VERB_MAIL, or %SMTP_VERB_OTHER for AUTH
 * @self: zeroed
 *
 * Reads what the server did with a command in clear. Its reply is the detail.
 */
void
smtp_survey_answer_read_clear (SmtpTranscript   *transcript,
                               SmtpVerb          verb,
                               SmtpSurveyAnswer *self)
{
  smtp_survey_answer_read (self, transcript);

  for (guint i = 0; i < smtp_transcript_get_n_steps (transcript); i++)
    {
      SmtpStep *step = smtp_transcript_get_step (transcript, i);
      guint code = get_code (step);

      if (smtp_step_get_kind (step) != SMTP_STEP_COMMAND || smtp_step_get_verb (step) != verb)
        continue;

      self->reached = TRUE;
      if (verb == SMTP_VERB_OTHER)
        weigh_auth (self, transcript, step);
      else if (code / 100 == 2)
        say (self, SMTP_SURVEY_ACCEPTED, SMTP_SURVEY_REASON_NONE, quote (step));
      else if (code / 100 == 5)
        say (self, SMTP_SURVEY_REFUSED, SMTP_SURVEY_REASON_NONE, quote (step));
      else
        say (self, SMTP_SURVEY_NOT_TESTABLE, reason_of_failure (step), quote (step));
      return;
    }
}

void
smtp_survey_answer_clear (SmtpSurveyAnswer *self)
{
  g_clear_pointer (&self->detail, g_free);
  g_clear_pointer (&self->stop_detail, g_free);
}
