/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/smtp-survey.h"

#include <string.h>

#include "dialogue/smtp-survey-estimate.h"
#include "session/smtp-session.h"
#include "session/smtp-survey-offer.h"

/* What exists when: task from run_async() to the end; session while a connection is made; timer in a pause. */
struct _SmtpSurvey
{
  GObject              parent_instance;

  SmtpPlan            *plan;
  SmtpTlsSettings     *tls;          /* or NULL until it is needed */
  guint                pause_ms;
  SmtpSurveyCatalogue *catalogue;
  SmtpSurveyPlan      *survey_plan;
  char                *address;      /* the one that answered; all connections go there */

  GTask               *task;
  int                  io_priority;
  GCancellable        *cancellable;  /* or NULL */
  GSource             *cancelled;
  GSource             *timer;
  SmtpSession         *session;

  GDateTime           *started;
  gint64               started_us;
  gint64               ended_us;
  guint                n_done;       /* as last told */
  guint                n_planned;
};

enum
{
  PROP_N_DONE = 1,
  PROP_N_PLANNED,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (SmtpSurvey, smtp_survey, G_TYPE_OBJECT)

static void make_connection (SmtpSurvey *self);

static void
drop_source (GSource **source)
{
  if (*source != NULL)
    {
      g_source_destroy (*source);
      g_clear_pointer (source, g_source_unref);
    }
}

static void
tell_progress (SmtpSurvey *self)
{
  guint n_done = smtp_survey_plan_get_n_done (self->survey_plan);
  guint n_planned = smtp_survey_plan_get_n_planned (self->survey_plan);

  if (self->n_planned != n_planned)
    {
      self->n_planned = n_planned;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_PLANNED]);
    }
  if (self->n_done != n_done)
    {
      self->n_done = n_done;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_DONE]);
    }
}

static void
finish (SmtpSurvey *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  drop_source (&self->timer);
  drop_source (&self->cancelled);
  self->ended_us = g_get_monotonic_time () - self->started_us;
  tell_progress (self);
  g_task_return_boolean (task, TRUE);
}

static void
copy_timeouts (SmtpPlan *from,
               SmtpPlan *to)
{
  for (SmtpPhase phase = 0; phase < SMTP_N_PHASES; phase++)
    smtp_plan_set_timeout (to, phase, (guint) (smtp_plan_get_timeout_us (from, phase) / G_USEC_PER_SEC), NULL);
}

/* The user's plan with its target and its name, and none of its addresses. Once a server has answered it is asked
 * under its address: a name with several may lead to servers that are not the same. */
static SmtpPlan *
make_plan (SmtpSurvey               *self,
           const SmtpSurveyQuestion *question)
{
  static const char *const families[] = { "any", "ipv4", "ipv6" };
  gboolean in_clear = question->stage == SMTP_SURVEY_STAGE_CLEAR;
  SmtpPlan *plan = smtp_plan_new ();
  g_autofree char *port = g_strdup_printf ("%u", smtp_plan_get_port (self->plan));
  const char *sni = smtp_plan_get_sni (self->plan);
  const char *name = smtp_plan_get_ehlo_name (self->plan);

  smtp_plan_set (plan, SMTP_PLAN_HOST, self->address != NULL ? self->address : smtp_plan_get_host (self->plan), NULL);
  smtp_plan_set (plan, SMTP_PLAN_PORT, port, NULL);
  smtp_plan_set (plan, SMTP_PLAN_EHLO_NAME, name != NULL ? name : "", NULL);
  smtp_plan_set (plan, SMTP_PLAN_FAMILY, families[smtp_plan_get_family (self->plan)], NULL);
  smtp_plan_set (plan, SMTP_PLAN_CLOSE, smtp_plan_get_quit (self->plan) ? "quit" : "drop", NULL);
  copy_timeouts (self->plan, plan);

  if (in_clear)
    {
      smtp_plan_set (plan, SMTP_PLAN_SECURITY, "none", NULL);
      smtp_plan_set (plan, SMTP_PLAN_STOP_AFTER, "mail", NULL);
      smtp_plan_set_check (plan, SMTP_CHECK_IN_CLEAR);
      return plan;
    }

  smtp_plan_set (plan, SMTP_PLAN_SECURITY,
                 smtp_plan_get_security (self->plan) == SMTP_SECURITY_TLS ? "tls" : "starttls-required", NULL);
  smtp_plan_set (plan, SMTP_PLAN_STOP_AFTER, "starttls", NULL);
  smtp_plan_set_tls (plan, SMTP_TLS_OPTION_SNI, sni != NULL ? sni : "-", NULL);
  smtp_plan_set_tls (plan, SMTP_TLS_OPTION_VERIFY_NAME, smtp_plan_get_verify_name (self->plan), NULL);

  return plan;
}

/* Answers that only the library's words tell apart: the server chose a version that was not offered, so it does
 * not have the one that was (RFC 5246 appendix E.1). */
static void
refine (SmtpSurveyAnswer *answer)
{
  if (answer->reason == SMTP_SURVEY_REASON_TLS &&
      g_strcmp0 (answer->detail, gnutls_strerror (GNUTLS_E_UNSUPPORTED_VERSION_PACKET)) == 0)
    {
      answer->verdict = SMTP_SURVEY_REFUSED;
      answer->reason = SMTP_SURVEY_REASON_NONE;
      g_clear_pointer (&answer->detail, g_free);
    }
}

static void
note_address (SmtpSurvey     *self,
              SmtpTranscript *transcript)
{
  for (guint i = 0; self->address == NULL && i < smtp_transcript_get_n_steps (transcript); i++)
    {
      SmtpStep *step = smtp_transcript_get_step (transcript, i);

      if (smtp_step_get_kind (step) == SMTP_STEP_CONNECT && smtp_step_get_verdict (step) == SMTP_VERDICT_ACCEPTED)
        self->address = g_strdup (smtp_step_get_target (step));
    }
}

static gboolean
on_pause_over (gpointer user_data)
{
  SmtpSurvey *self = user_data;

  drop_source (&self->timer);
  make_connection (self);

  return G_SOURCE_REMOVE;
}

static void
pause_or_finish (SmtpSurvey *self)
{
  if (self->cancellable != NULL && g_cancellable_is_cancelled (self->cancellable))
    smtp_survey_plan_stop (self->survey_plan, SMTP_SURVEY_REASON_CANCELLED, NULL);
  if (smtp_survey_plan_is_done (self->survey_plan))
    {
      finish (self);
      return;
    }

  tell_progress (self);
  self->timer = g_timeout_source_new (self->pause_ms);
  g_source_set_callback (self->timer, on_pause_over, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

static void
on_session_over (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (SmtpSurvey) self = user_data;
  g_autoptr (SmtpSession) session = g_steal_pointer (&self->session);
  SmtpTranscript *transcript = smtp_session_get_transcript (session);
  g_auto (SmtpSurveyAnswer) answer = { 0, };

  smtp_session_run_finish (session, result, NULL);
  if (smtp_survey_plan_get_question (self->survey_plan)->stage == SMTP_SURVEY_STAGE_CLEAR)
    smtp_survey_answer_read_clear (transcript, SMTP_VERB_MAIL, &answer);
  else
    smtp_survey_answer_read (&answer, transcript);
  refine (&answer);
  note_address (self, transcript);

  smtp_survey_plan_answer (self->survey_plan, &answer, transcript);
  pause_or_finish (self);
}

static SmtpTlsSettings *
make_settings (SmtpSurvey  *self,
               const char  *priority,
               GError     **error)
{
  if (self->tls == NULL)
    self->tls = smtp_tls_settings_new (smtp_plan_get_tls (self->plan), error);

  return self->tls != NULL ? smtp_tls_settings_new_with_priority (self->tls, priority, error) : NULL;
}

static void
make_connection (SmtpSurvey *self)
{
  const SmtpSurveyQuestion *question = smtp_survey_plan_next (self->survey_plan);
  g_autoptr (SmtpTlsSettings) settings = NULL;
  g_autoptr (SmtpPlan) plan = NULL;
  g_autoptr (GError) error = NULL;

  if (question == NULL)
    {
      finish (self);
      return;
    }

  if (question->priority != NULL)
    {
      settings = make_settings (self, question->priority, &error);
      if (settings == NULL)
        {
          smtp_survey_plan_stop (self->survey_plan, SMTP_SURVEY_REASON_TLS, error->message);
          finish (self);
          return;
        }
    }

  plan = make_plan (self, question);
  self->session = smtp_session_new (plan, settings);
  smtp_session_run_async (self->session, self->io_priority, self->cancellable, on_session_over, g_object_ref (self));
}

/* While a connection is made its session is stopped in the same way and tells so. */
static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  SmtpSurvey *self = user_data;

  drop_source (&self->cancelled);
  if (self->session == NULL)
    {
      smtp_survey_plan_stop (self->survey_plan, SMTP_SURVEY_REASON_CANCELLED, NULL);
      finish (self);
    }

  return G_SOURCE_REMOVE;
}

static void
smtp_survey_get_property (GObject    *object,
                          guint       id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  SmtpSurvey *self = SMTP_SURVEY (object);

  if (id == PROP_N_DONE)
    g_value_set_uint (value, smtp_survey_get_n_done (self));
  else if (id == PROP_N_PLANNED)
    g_value_set_uint (value, smtp_survey_get_n_planned (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
smtp_survey_dispose (GObject *object)
{
  SmtpSurvey *self = SMTP_SURVEY (object);

  drop_source (&self->timer);
  drop_source (&self->cancelled);
  g_clear_object (&self->session);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (smtp_survey_parent_class)->dispose (object);
}

static void
smtp_survey_finalize (GObject *object)
{
  SmtpSurvey *self = SMTP_SURVEY (object);

  g_clear_pointer (&self->survey_plan, smtp_survey_plan_free);
  g_clear_pointer (&self->catalogue, smtp_survey_catalogue_free);
  g_clear_pointer (&self->tls, smtp_tls_settings_unref);
  g_clear_pointer (&self->plan, smtp_plan_unref);
  g_clear_pointer (&self->started, g_date_time_unref);
  g_free (self->address);

  G_OBJECT_CLASS (smtp_survey_parent_class)->finalize (object);
}

static void
smtp_survey_class_init (SmtpSurveyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = smtp_survey_get_property;
  object_class->dispose = smtp_survey_dispose;
  object_class->finalize = smtp_survey_finalize;

  properties[PROP_N_DONE] = g_param_spec_uint ("n-done", NULL, NULL, 0, G_MAXUINT, 0,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_PLANNED] = g_param_spec_uint ("n-planned", NULL, NULL, 0, G_MAXUINT, 0,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
smtp_survey_init (SmtpSurvey *self)
{
  self->ended_us = -1;
}

/**
 * smtp_survey_new:
 * @plan: (transfer none): a checked plan: the target, how to encrypt, the names, the time-outs. Its addresses and
 *   its message are not used; nothing is ever sent to anybody
 * @tls: (transfer none) (nullable): the plan's TLS options, loaded; needed if they name files. What they offer
 *   does not count
 * @pause_ms: the pause between two connections, in milliseconds
 *
 * Returns: (transfer full): a survey that can be run once
 */
SmtpSurvey *
smtp_survey_new (SmtpPlan        *plan,
                 SmtpTlsSettings *tls,
                 guint            pause_ms)
{
  SmtpSurvey *self = g_object_new (SMTP_TYPE_SURVEY, NULL);
  gboolean with_clear = smtp_plan_get_security (plan) != SMTP_SECURITY_TLS;

  self->plan = smtp_plan_ref (plan);
  self->tls = tls != NULL ? smtp_tls_settings_ref (tls) : NULL;
  self->pause_ms = pause_ms;
  self->catalogue = smtp_survey_offer_new ();
  self->survey_plan = smtp_survey_plan_new (self->catalogue, with_clear);
  smtp_survey_plan_set_expected (self->survey_plan, smtp_survey_estimate (self->catalogue, with_clear));
  self->n_planned = smtp_survey_plan_get_n_planned (self->survey_plan);
  self->started = g_date_time_new_now_local ();

  return self;
}

/**
 * smtp_survey_get_plan:
 * @self: a survey
 *
 * Returns: (transfer none): the plan it was made with
 */
SmtpPlan *
smtp_survey_get_plan (SmtpSurvey *self)
{
  g_return_val_if_fail (SMTP_IS_SURVEY (self), NULL);

  return self->plan;
}

/**
 * smtp_survey_get_survey_plan:
 * @self: a survey
 *
 * Returns: (transfer none): all that is known, for diagnosis and export; only to be read
 */
SmtpSurveyPlan *
smtp_survey_get_survey_plan (SmtpSurvey *self)
{
  g_return_val_if_fail (SMTP_IS_SURVEY (self), NULL);

  return self->survey_plan;
}

/**
 * smtp_survey_get_rows:
 * @self: a survey
 *
 * Returns: (transfer none) (element-type SmtpSurveyRow): see smtp_survey_plan_get_rows()
 */
GListModel *
smtp_survey_get_rows (SmtpSurvey *self)
{
  g_return_val_if_fail (SMTP_IS_SURVEY (self), NULL);

  return smtp_survey_plan_get_rows (self->survey_plan);
}

/**
 * smtp_survey_get_question:
 * @self: a survey
 *
 * Returns: (transfer none) (nullable): what the connection under way is about; %NULL in a pause
 */
const SmtpSurveyQuestion *
smtp_survey_get_question (SmtpSurvey *self)
{
  g_return_val_if_fail (SMTP_IS_SURVEY (self), NULL);

  return smtp_survey_plan_get_question (self->survey_plan);
}

/**
 * smtp_survey_get_n_done:
 * @self: a survey
 *
 * Returns: how many connections were made
 */
guint
smtp_survey_get_n_done (SmtpSurvey *self)
{
  g_return_val_if_fail (SMTP_IS_SURVEY (self), 0);

  return smtp_survey_plan_get_n_done (self->survey_plan);
}

/**
 * smtp_survey_get_n_planned:
 * @self: a survey
 *
 * Returns: how many connections it will be: before the start an estimate, at the end just how many it were
 */
guint
smtp_survey_get_n_planned (SmtpSurvey *self)
{
  g_return_val_if_fail (SMTP_IS_SURVEY (self), 0);

  return smtp_survey_plan_get_n_planned (self->survey_plan);
}

/**
 * smtp_survey_get_seconds:
 * @self: a survey
 *
 * Returns: roughly how long what is left will take
 */
guint
smtp_survey_get_seconds (SmtpSurvey *self)
{
  guint n_left;

  g_return_val_if_fail (SMTP_IS_SURVEY (self), 0);

  n_left = smtp_survey_get_n_planned (self) - smtp_survey_get_n_done (self);
  if (smtp_survey_get_n_done (self) > 0)
    return (guint) (smtp_survey_get_elapsed_us (self) / smtp_survey_get_n_done (self) * n_left / G_USEC_PER_SEC);

  return smtp_survey_estimate_seconds (n_left, self->pause_ms);
}

/**
 * smtp_survey_get_started:
 * @self: a survey
 *
 * Returns: (transfer none): when it was made
 */
GDateTime *
smtp_survey_get_started (SmtpSurvey *self)
{
  g_return_val_if_fail (SMTP_IS_SURVEY (self), NULL);

  return self->started;
}

/**
 * smtp_survey_get_elapsed_us:
 * @self: a survey
 *
 * Returns: microseconds since the start of the run, or how long it took; 0 before the start
 */
gint64
smtp_survey_get_elapsed_us (SmtpSurvey *self)
{
  g_return_val_if_fail (SMTP_IS_SURVEY (self), 0);

  if (self->started_us == 0)
    return 0;

  return self->ended_us >= 0 ? self->ended_us : g_get_monotonic_time () - self->started_us;
}

/**
 * smtp_survey_run_async:
 * @self: a survey that has not run
 * @io_priority: the priority of its sources in the main loop
 * @cancellable: (nullable): stops it at once, at whatever point it is
 * @callback: called when nothing is left to ask
 * @user_data: for @callback
 *
 * Runs the survey. Whatever the network or the server does ends in the rows, not in an error. After 421, and after
 * three connections in a row that came to nothing, the server is left alone.
 */
void
smtp_survey_run_async (SmtpSurvey          *self,
                       int                  io_priority,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_return_if_fail (SMTP_IS_SURVEY (self));
  g_return_if_fail (self->task == NULL && self->started_us == 0);

  self->task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->task, smtp_survey_run_async);
  g_task_set_priority (self->task, io_priority);
  self->io_priority = io_priority;
  self->started_us = g_get_monotonic_time ();

  if (cancellable != NULL)
    {
      self->cancellable = g_object_ref (cancellable);
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (on_cancelled), self, NULL);
      g_source_attach (self->cancelled, g_main_context_get_thread_default ());
    }

  make_connection (self);
}

/**
 * smtp_survey_run_finish:
 * @self: a survey
 * @result: the result handed to the callback
 * @error: return location for an error; none is defined
 *
 * Returns: %TRUE
 */
gboolean
smtp_survey_run_finish (SmtpSurvey    *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
