/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "diagnosis/smtp-diagnosis.h"

#include <glib/gi18n.h>
#include <string.h>

#include "diagnosis/smtp-advice.h"
#include "diagnosis/smtp-explanation.h"
#include "diagnosis/smtp-failures.h"
#include "diagnosis/smtp-tls-advice.h"

#define EXIT_TIMEOUT 7

typedef struct
{
  SmtpRecipientOutcome  outcome;
  SmtpStep             *step;
} Recipient;

struct _SmtpDiagnosis
{
  SmtpOutcome  outcome;
  const char  *reason;
  char        *headline;
  char        *verdict;
  char        *next;
  gboolean     message_sent;
  gboolean     timed_out;
  int          decisive;     /* index of the step that decided, or -1 */
  guint        counts[SMTP_VERDICT_SKIPPED + 1];
  GArray      *recipients;
};

/* What one pass over the transcript tells. */
typedef struct
{
  SmtpStep *failed;          /* the first step that ended the run before its goal */
  int       failed_index;
  SmtpStep *last;            /* the last step worth naming when all went well */
  int       last_index;
  guint     n_works;
  guint     n_later;
  guint     n_refused;
  int       first_negative;  /* index of the first recipient's step with a refusal, or -1 */
  SmtpStep *negative;
  SmtpTlsInfo *tls;          /* of the last handshake that came to its end */
  int       farewell_index;  /* index of a good-bye that nobody asked for, or -1 */
  SmtpStep *farewell;
} Survey;

static const char *const outcome_ids[] = {
  "works", "partial", "later", "refused", "unreachable", "broken", "not-testable",
};
static const int exit_statuses[] = { 0, 3, 4, 5, 6, 8, 9 };
static const char *const recipient_ids[] = { "not-asked", "works", "later", "refused" };
static const char *const recipient_words[] = { N_("Not asked"), N_("Accepted"), N_("Later"), N_("Refused") };

static void
recipient_clear (gpointer data)
{
  Recipient *recipient = data;

  g_clear_object (&recipient->step);
}

static void
note_recipient (SmtpDiagnosis *self,
                Survey        *survey,
                SmtpStep      *step,
                int            index)
{
  Recipient *recipient = &g_array_index (self->recipients, Recipient, smtp_step_get_recipient (step));

  g_set_object (&recipient->step, step);

  switch (smtp_step_get_verdict (step))
    {
    case SMTP_VERDICT_ACCEPTED:
      recipient->outcome = SMTP_RECIPIENT_WORKS;
      survey->n_works++;
      return;
    case SMTP_VERDICT_DEFERRED:
      recipient->outcome = SMTP_RECIPIENT_LATER;
      survey->n_later++;
      break;
    case SMTP_VERDICT_REFUSED:
      recipient->outcome = SMTP_RECIPIENT_REFUSED;
      survey->n_refused++;
      break;
    case SMTP_VERDICT_PENDING:
    case SMTP_VERDICT_WANTS_MORE:
    case SMTP_VERDICT_BROKEN:
    case SMTP_VERDICT_LOST:
    case SMTP_VERDICT_TIMED_OUT:
    case SMTP_VERDICT_CANCELLED:
    case SMTP_VERDICT_SKIPPED:
    default:
      return;
    }

  if (survey->negative == NULL ||
      (smtp_step_get_verdict (step) == SMTP_VERDICT_REFUSED && smtp_step_get_verdict (survey->negative) == SMTP_VERDICT_DEFERRED))
    {
      survey->negative = step;
      survey->first_negative = index;
    }
}

static gboolean
is_farewell (SmtpStep *step)
{
  guint code = smtp_step_get_reply (step) != NULL ? smtp_reply_get_code (smtp_step_get_reply (step)) : 0;

  return smtp_step_get_kind (step) == SMTP_STEP_UNASKED && (code == 421 || code == 221);
}

/* Whether what came unasked at @index matters. Something more after the good-bye harms nobody, nor does a
 * good-bye of the server when only ours was left to say. */
static gboolean
is_unasked_decisive (SmtpTranscript *transcript,
                     guint           index)
{
  SmtpStep *step = smtp_transcript_get_step (transcript, index);
  SmtpPhase before = SMTP_PHASE_LOOKUP;

  for (guint i = index; i-- > 0;)
    {
      SmtpStep *asked = smtp_transcript_get_step (transcript, i);

      if (smtp_step_get_kind (asked) != SMTP_STEP_UNASKED)
        {
          before = smtp_step_get_phase (asked);
          break;
        }
    }

  return before != SMTP_PHASE_QUIT && (before != SMTP_PHASE_RSET || !is_farewell (step));
}

/* Whether a step that did not go well ends the run before its goal. An EHLO that is asked again with HELO, an
 * address with another behind it, a refused recipient, and whatever happens while saying good-bye do not. */
static gboolean
is_decisive (SmtpTranscript *transcript,
             guint           index,
             SmtpStep       *step)
{
  guint n_steps = smtp_transcript_get_n_steps (transcript);
  SmtpVerdict verdict = smtp_step_get_verdict (step);
  SmtpStep *next = index + 1 < n_steps ? smtp_transcript_get_step (transcript, index + 1) : NULL;
  SmtpReply *reply = smtp_step_get_reply (step);

  if (verdict == SMTP_VERDICT_PENDING || smtp_verdict_is_good (verdict))
    return FALSE;
  if (smtp_step_get_kind (step) == SMTP_STEP_UNASKED)
    return is_unasked_decisive (transcript, index);
  if (smtp_step_get_phase (step) >= SMTP_PHASE_RSET)
    return FALSE;
  if (smtp_step_get_kind (step) == SMTP_STEP_CONNECT)
    return next == NULL;
  if (next != NULL && smtp_step_get_verb (next) == SMTP_VERB_HELO)
    return FALSE;
  /* The reply came before its command was out, and says itself why: the server closes. */
  if (next != NULL && is_farewell (next) && smtp_step_get_failure (step) == SMTP_FAILURE_OUT_OF_STEP)
    return FALSE;
  if (smtp_step_get_kind (step) == SMTP_STEP_COMMAND && smtp_step_get_verb (step) == SMTP_VERB_RCPT && reply != NULL &&
      smtp_reply_get_code (reply) != 421)
    return verdict != SMTP_VERDICT_DEFERRED && verdict != SMTP_VERDICT_REFUSED;

  return TRUE;
}

static void
survey_transcript (SmtpDiagnosis  *self,
                   SmtpTranscript *transcript,
                   Survey         *survey)
{
  guint n_steps = smtp_transcript_get_n_steps (transcript);

  for (guint i = 0; i < n_steps; i++)
    {
      SmtpStep *step = smtp_transcript_get_step (transcript, i);
      SmtpVerdict verdict = smtp_step_get_verdict (step);

      self->counts[verdict]++;
      if (smtp_step_get_recipient (step) >= 0)
        note_recipient (self, survey, step, (int) i);

      if (survey->failed == NULL && is_decisive (transcript, i, step))
        {
          survey->failed = step;
          survey->failed_index = (int) i;
        }

      if (smtp_verdict_is_good (verdict) && smtp_step_get_phase (step) < SMTP_PHASE_RSET)
        {
          survey->last = step;
          survey->last_index = (int) i;
        }

      if (smtp_step_get_tls (step) != NULL)
        survey->tls = smtp_step_get_tls (step);

      if (survey->farewell == NULL && is_farewell (step))
        {
          survey->farewell = step;
          survey->farewell_index = (int) i;
        }

      if (smtp_step_get_kind (step) == SMTP_STEP_CONTENT && verdict == SMTP_VERDICT_ACCEPTED)
        self->message_sent = TRUE;
    }
}

/* "The reply in brackets": (550 5.7.1), or nothing. */
static char *
format_code (SmtpStep *step)
{
  SmtpReply *reply = smtp_step_get_reply (step);
  SmtpEnhancedCode enhanced;

  if (reply == NULL || smtp_reply_get_code (reply) == 0)
    return g_strdup ("");

  if (smtp_reply_get_enhanced (reply, &enhanced))
    return g_strdup_printf (" (%u %u.%u.%u)", smtp_reply_get_code (reply), enhanced.klass, enhanced.subject, enhanced.detail);

  return g_strdup_printf (" (%u)", smtp_reply_get_code (reply));
}

/* Puts the code into the sentence, before its last full stop. */
static char *
with_code (const char *sentence,
           SmtpStep   *step)
{
  g_autofree char *code = format_code (step);
  const char *stop = strchr (sentence, '.');

  while (stop != NULL && stop[1] != '\0' && stop[1] != ' ')
    stop = strchr (stop + 1, '.');

  if (*code == '\0' || stop == NULL)
    return g_strconcat (sentence, code, NULL);

  return g_strdup_printf ("%.*s%s%s", (int) (stop - sentence), sentence, code, stop);
}

static void
explain (SmtpDiagnosis *self,
         SmtpStep      *step)
{
  SmtpExplanation explanation;

  if (smtp_explanation_get (step, &explanation))
    {
      self->reason = explanation.id;
      self->verdict = with_code (explanation.meaning, step);
      self->next = g_strdup (explanation.next);
    }
}

static void
conclude_failure (SmtpDiagnosis *self,
                  SmtpStep      *step)
{
  const SmtpFailureMeaning *meaning = smtp_failure_get_meaning (step);

  self->outcome = meaning->outcome;
  self->reason = meaning->reason;
  self->headline = g_strdup (_(meaning->headline));
  self->next = g_strdup (smtp_failure_get_next (step));

  /* Something on this machine does not let us out, such as a packet filter or a missing address of ours. */
  if (smtp_step_get_kind (step) == SMTP_STEP_CONNECT && smtp_step_get_failure (step) == SMTP_FAILURE_IO)
    self->outcome = SMTP_OUTCOME_UNREACHABLE;

  /* The message was out when the connection ended: nobody knows. */
  if (smtp_step_is_content_complete (step) && smtp_step_get_reply (step) == NULL)
    {
      g_free (self->next);
      self->next = g_strdup (_("Ask the recipient whether it arrived before you send it again."));
    }

  self->verdict = smtp_advice_for_failure (step);
}

static void
conclude_timeout (SmtpDiagnosis *self,
                  SmtpStep      *step)
{
  gboolean connected = smtp_step_get_kind (step) != SMTP_STEP_LOOKUP && smtp_step_get_kind (step) != SMTP_STEP_CONNECT;

  self->outcome = !connected ? SMTP_OUTCOME_UNREACHABLE
                  : smtp_step_get_reply (step) != NULL || smtp_step_get_kind (step) == SMTP_STEP_GREETING ? SMTP_OUTCOME_BROKEN
                                                                                                         : SMTP_OUTCOME_LATER;
  self->timed_out = TRUE;
  self->reason = "timeout";
  self->headline = g_strdup (connected ? _("The server takes too long") : _("No answer"));
  self->verdict = smtp_advice_for_failure (step);
  self->next = g_strdup (smtp_step_is_content_complete (step)
                           ? _("Ask the recipient whether the message arrived before you send it again.")
                           : connected ? _("Try again with the RFC 5321 time-outs, which are longer.")
                                       : _("Check host and port, and whether a firewall blocks outgoing connections to this port."));
}

/* The run ended at @step before it came to its goal. */
static void
conclude_at (SmtpDiagnosis *self,
             SmtpStep      *step)
{
  SmtpVerdict verdict = smtp_step_get_verdict (step);

  if (verdict == SMTP_VERDICT_TIMED_OUT)
    {
      conclude_timeout (self, step);
      return;
    }

  if (smtp_step_get_failure (step) != SMTP_FAILURE_NONE)
    {
      conclude_failure (self, step);
      return;
    }

  explain (self, step);
  if (verdict == SMTP_VERDICT_DEFERRED)
    {
      self->outcome = SMTP_OUTCOME_LATER;
      self->headline = g_strdup (smtp_step_get_kind (step) == SMTP_STEP_CONTENT ? _("The message was turned away for now")
                                                                                : _("Turned away for now"));
    }
  else if (verdict == SMTP_VERDICT_REFUSED)
    {
      self->outcome = SMTP_OUTCOME_REFUSED;
      self->headline = smtp_step_get_kind (step) == SMTP_STEP_CONTENT ? g_strdup (_("The message was refused for good"))
                       : smtp_step_get_kind (step) == SMTP_STEP_GREETING
                         ? g_strdup (_("The server refuses the connection"))
                         : g_strdup_printf (_("%s was refused for good"), smtp_verb_to_string (smtp_step_get_verb (step)));
    }
  else
    {
      self->outcome = SMTP_OUTCOME_BROKEN;
      self->reason = "unexpected-reply";
      self->headline = g_strdup (_("The server does not keep to the protocol"));
      g_free (self->verdict);
      self->verdict = with_code (_("The server gave an answer that makes no sense at this point."), step);
      g_free (self->next);
      self->next = g_strdup (_("Give this transcript to the server's administrator."));
    }
}

static void
conclude_recipients (SmtpDiagnosis *self,
                     SmtpPlan      *plan,
                     Survey        *survey)
{
  guint n = self->recipients->len;
  guint n_negative = survey->n_later + survey->n_refused;

  explain (self, survey->negative);
  self->decisive = survey->first_negative;
  if (n > 1)
    {
      g_autofree char *alone = self->verdict;

      self->verdict = g_strdup_printf ("%s: %s", smtp_plan_get_recipient (plan, (guint) smtp_step_get_recipient (survey->negative)), alone);
    }

  if (survey->n_works > 0 || (survey->n_later > 0 && survey->n_refused > 0))
    self->outcome = SMTP_OUTCOME_PARTIAL;
  else
    self->outcome = survey->n_refused > 0 ? SMTP_OUTCOME_REFUSED : SMTP_OUTCOME_LATER;

  if (survey->n_refused == 0)
    self->headline = n == 1 ? g_strdup (_("The recipient was turned away for now"))
                            : g_strdup_printf (ngettext ("%u of %u recipients was turned away for now", "%u of %u recipients were turned away for now", n_negative), n_negative, n);
  else if (survey->n_later > 0)
    self->headline = g_strdup_printf (ngettext ("%u of %u recipients was not accepted", "%u of %u recipients were not accepted", n_negative), n_negative, n);
  else
    self->headline = n == 1 ? g_strdup (_("The recipient was refused for good"))
                            : g_strdup_printf (ngettext ("%u of %u recipients was refused for good", "%u of %u recipients were refused for good", n_negative), n_negative, n);
}

static char *
describe_success (SmtpPlan      *plan,
                  SmtpDiagnosis *self)
{
  guint n = smtp_plan_get_n_recipients (plan);

  if (self->message_sent)
    return g_strdup_printf (ngettext ("The server has taken the message for %u recipient and is now responsible for it.",
                                      "The server has taken the message for %u recipients and is now responsible for it.", n), n);

  if (smtp_plan_get_check (plan) == SMTP_CHECK_INJECTION)
    return g_strdup (_("The server did not carry out the command that was sent in clear behind STARTTLS."));

  switch (smtp_plan_get_stop_after (plan))
    {
    case SMTP_PHASE_CONNECT:
      return g_strdup (_("The connection can be made. The server was not asked anything."));
    case SMTP_PHASE_GREETING:
      return g_strdup (_("The server greets as it should."));
    case SMTP_PHASE_EHLO:
    case SMTP_PHASE_STARTTLS:
      return g_strdup (_("The server greets as it should and says what it can do."));
    case SMTP_PHASE_MAIL:
      return g_strdup (_("The server accepts the sender. No message was sent."));
    case SMTP_PHASE_DATA:
      return g_strdup (_("The server was ready to take a message. None was sent."));
    case SMTP_PHASE_RCPT:
    case SMTP_PHASE_LOOKUP:
    case SMTP_PHASE_HANDSHAKE:
    case SMTP_PHASE_SILENCE:
    case SMTP_PHASE_CONTENT:
    case SMTP_PHASE_FINAL:
    case SMTP_PHASE_RSET:
    case SMTP_PHASE_QUIT:
    case SMTP_PHASE_CLOSE:
    default:
      return g_strdup_printf (ngettext ("The server accepts mail for the recipient. No message was sent.",
                                        "The server accepts mail for all %u recipients. No message was sent.", n), n);
    }
}

/* Whether everything that was to be asked was asked. Without a recipient there is nothing to ask after RCPT. */
static gboolean
is_finished (SmtpPlan *plan,
             Survey   *survey)
{
  SmtpPhase stop = smtp_plan_get_stop_after (plan);
  /* Encryption that is not to be had, or is there from the start, leaves EHLO as the last thing to do. */
  SmtpPhase last = stop == SMTP_PHASE_STARTTLS ? SMTP_PHASE_EHLO : stop;
  guint n_asked = survey->n_works + survey->n_later + survey->n_refused;

  if (survey->last == NULL)
    return FALSE;
  if (stop >= SMTP_PHASE_RCPT && n_asked < smtp_plan_get_n_recipients (plan))
    return FALSE;
  if (stop == SMTP_PHASE_RCPT || (stop > SMTP_PHASE_RCPT && survey->n_works == 0))
    return TRUE;

  return smtp_step_get_phase (survey->last) >= last;
}

/* Nothing failed, and yet the goal was not reached: the server left politely, or the run is not over. */
static void
conclude_unfinished (SmtpDiagnosis *self,
                     Survey        *survey)
{
  if (survey->farewell != NULL)
    {
      self->outcome = SMTP_OUTCOME_BROKEN;
      self->reason = "connection-closed";
      self->decisive = survey->farewell_index;
      self->headline = g_strdup (_("The server hung up"));
      self->verdict = with_code (_("The server said good-bye before everything was asked."), survey->farewell);
      self->next = g_strdup (_("Try again. If it stays, ask the server's administrator; a firewall or a block list may be the cause."));
    }
  else
    {
      self->outcome = SMTP_OUTCOME_NOT_TESTABLE;
      self->reason = "unfinished";
      self->headline = g_strdup (_("Not finished"));
      self->verdict = g_strdup (_("The probe has not come to its end."));
    }
}

/* A bad certificate does not stop a run, but it is the news about it. */
static void
mention_certificate (SmtpDiagnosis *self,
                     SmtpPlan      *plan,
                     Survey        *survey)
{
  g_autofree char *strict = survey->tls != NULL ? smtp_tls_advice_for_strict (survey->tls) : NULL;
  g_autofree char *before = NULL;

  if (strict == NULL || smtp_plan_get_check (plan) != SMTP_CHECK_NONE || (survey->failed != NULL && smtp_step_get_failure (survey->failed) == SMTP_FAILURE_CERTIFICATE))
    return;

  before = self->verdict;
  self->verdict = g_strconcat (before, " ", strict, NULL);
  if (self->next == NULL)
    self->next = g_strdup (smtp_tls_advice_for_fault_next (smtp_tls_info_get_rejection (survey->tls)->id));
}

/* Whether STARTTLS itself was refused for what came behind it: the server noticed, which is as good. */
static gboolean
is_injection_noticed (SmtpPlan *plan,
                      Survey   *survey)
{
  return smtp_plan_get_check (plan) == SMTP_CHECK_INJECTION && survey->failed != NULL &&
         smtp_step_get_kind (survey->failed) == SMTP_STEP_COMMAND &&
         smtp_step_get_verb (survey->failed) == SMTP_VERB_STARTTLS &&
         smtp_step_get_verdict (survey->failed) == SMTP_VERDICT_REFUSED;
}

static void
conclude (SmtpDiagnosis *self,
          SmtpPlan      *plan,
          Survey        *survey)
{
  if (is_injection_noticed (plan, survey))
    {
      self->outcome = SMTP_OUTCOME_WORKS;
      self->reason = "ok";
      self->decisive = survey->failed_index;
      self->headline = g_strdup (_("The server is not vulnerable"));
      self->verdict = with_code (_("The server noticed the command in clear behind STARTTLS and refused both."), survey->failed);
    }
  else if (survey->failed != NULL)
    {
      self->decisive = survey->failed_index;
      conclude_at (self, survey->failed);
    }
  else if (!is_finished (plan, survey))
    {
      conclude_unfinished (self, survey);
    }
  else if (survey->negative != NULL)
    {
      conclude_recipients (self, plan, survey);
    }
  else
    {
      self->outcome = SMTP_OUTCOME_WORKS;
      self->reason = "ok";
      self->decisive = survey->last_index;
      self->headline = g_strdup (self->message_sent ? _("The message was accepted")
                                 : smtp_plan_get_check (plan) == SMTP_CHECK_INJECTION ? _("The server is not vulnerable")
                                                                                       : _("It works"));
      self->verdict = describe_success (plan, self);
    }

  if (self->outcome == SMTP_OUTCOME_PARTIAL && self->message_sent)
    {
      g_autofree char *before = self->verdict;

      self->verdict = g_strconcat (before, " ", _("The message went to the others."), NULL);
    }
  mention_certificate (self, plan, survey);
}

/**
 * smtp_diagnosis_new:
 * @plan: what was asked
 * @transcript: what came of it, so far
 *
 * Returns: (transfer full): the diagnosis
 */
SmtpDiagnosis *
smtp_diagnosis_new (SmtpPlan       *plan,
                    SmtpTranscript *transcript)
{
  SmtpDiagnosis *self = g_new0 (SmtpDiagnosis, 1);
  Survey survey = { .failed_index = -1, .last_index = -1, .first_negative = -1, .farewell_index = -1, };

  self->decisive = -1;
  self->recipients = g_array_new (FALSE, TRUE, sizeof (Recipient));
  g_array_set_clear_func (self->recipients, recipient_clear);
  g_array_set_size (self->recipients, smtp_plan_get_n_recipients (plan));

  survey_transcript (self, transcript, &survey);
  conclude (self, plan, &survey);

  return self;
}

/**
 * smtp_diagnosis_free:
 * @self: (transfer full): a diagnosis
 */
void
smtp_diagnosis_free (SmtpDiagnosis *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->recipients);
  g_free (self->headline);
  g_free (self->verdict);
  g_free (self->next);
  g_free (self);
}

/**
 * smtp_diagnosis_get_outcome:
 * @self: a diagnosis
 *
 * Returns: the outcome
 */
SmtpOutcome
smtp_diagnosis_get_outcome (SmtpDiagnosis *self)
{
  return self->outcome;
}

/**
 * smtp_diagnosis_get_reason:
 * @self: a diagnosis
 *
 * Returns: (transfer none): the stable name of the cause, for scripts
 */
const char *
smtp_diagnosis_get_reason (SmtpDiagnosis *self)
{
  return self->reason;
}

/**
 * smtp_diagnosis_get_headline:
 * @self: a diagnosis
 *
 * Returns: (transfer none): the outcome in a few words
 */
const char *
smtp_diagnosis_get_headline (SmtpDiagnosis *self)
{
  return self->headline;
}

/**
 * smtp_diagnosis_get_verdict:
 * @self: a diagnosis
 *
 * Returns: (transfer none): what happened, naming the cause
 */
const char *
smtp_diagnosis_get_verdict (SmtpDiagnosis *self)
{
  return self->verdict;
}

/**
 * smtp_diagnosis_get_next:
 * @self: a diagnosis
 *
 * Returns: (transfer none) (nullable): what to do next
 */
const char *
smtp_diagnosis_get_next (SmtpDiagnosis *self)
{
  return self->next;
}

/**
 * smtp_diagnosis_get_message_sent:
 * @self: a diagnosis
 *
 * Returns: whether the server took a message
 */
gboolean
smtp_diagnosis_get_message_sent (SmtpDiagnosis *self)
{
  return self->message_sent;
}

/**
 * smtp_diagnosis_is_timeout:
 * @self: a diagnosis
 *
 * Returns: whether a time-out decided
 */
gboolean
smtp_diagnosis_is_timeout (SmtpDiagnosis *self)
{
  return self->timed_out;
}

/**
 * smtp_diagnosis_get_decisive_step:
 * @self: a diagnosis
 *
 * Returns: the index of the step that decided, or -1
 */
int
smtp_diagnosis_get_decisive_step (SmtpDiagnosis *self)
{
  return self->decisive;
}

/**
 * smtp_diagnosis_count:
 * @self: a diagnosis
 * @verdict: a verdict
 *
 * Returns: how many steps ended so
 */
guint
smtp_diagnosis_count (SmtpDiagnosis *self,
                      SmtpVerdict    verdict)
{
  g_return_val_if_fail (verdict < G_N_ELEMENTS (self->counts), 0);

  return self->counts[verdict];
}

/**
 * smtp_diagnosis_get_recipient:
 * @self: a diagnosis
 * @index: which recipient of the plan
 *
 * Returns: what became of it
 */
SmtpRecipientOutcome
smtp_diagnosis_get_recipient (SmtpDiagnosis *self,
                              guint          index)
{
  g_return_val_if_fail (index < self->recipients->len, SMTP_RECIPIENT_NOT_ASKED);

  return g_array_index (self->recipients, Recipient, index).outcome;
}

/**
 * smtp_diagnosis_get_recipient_step:
 * @self: a diagnosis
 * @index: which recipient of the plan
 *
 * Returns: (transfer none) (nullable): its RCPT
 */
SmtpStep *
smtp_diagnosis_get_recipient_step (SmtpDiagnosis *self,
                                   guint          index)
{
  g_return_val_if_fail (index < self->recipients->len, NULL);

  return g_array_index (self->recipients, Recipient, index).step;
}

/**
 * smtp_diagnosis_get_exit_status:
 * @self: a diagnosis
 *
 * Returns: the exit status that stands for the outcome
 */
int
smtp_diagnosis_get_exit_status (SmtpDiagnosis *self)
{
  return self->timed_out ? EXIT_TIMEOUT : exit_statuses[self->outcome];
}

/**
 * smtp_outcome_to_id:
 * @outcome: an outcome
 *
 * Returns: (transfer none): its stable name, for scripts
 */
const char *
smtp_outcome_to_id (SmtpOutcome outcome)
{
  return outcome_ids[outcome];
}

/**
 * smtp_recipient_outcome_to_id:
 * @outcome: what became of a recipient
 *
 * Returns: (transfer none): its stable name, for scripts
 */
const char *
smtp_recipient_outcome_to_id (SmtpRecipientOutcome outcome)
{
  return recipient_ids[outcome];
}

/**
 * smtp_recipient_outcome_to_words:
 * @outcome: what became of a recipient
 *
 * Returns: (transfer none): it in a word
 */
const char *
smtp_recipient_outcome_to_words (SmtpRecipientOutcome outcome)
{
  return _(recipient_words[outcome]);
}
