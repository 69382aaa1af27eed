/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A TLS survey as decisions: what the next connection offers, and what follows from the server's answer. It knows
 * no socket and no TLS library: the catalogue says what can be offered, each question is a priority string, and
 * the answer is handed in.
 *
 * It takes few connections. Versions come first, one each. Of everything else many are offered at once: what
 * the server picks is accepted and taken out, the rest is offered again, and the first refusal settles all that
 * is left. Priority strings have no suites, only key exchanges, ciphers and MACs, and offer all that can be made of
 * them; so the suites are boxes in these three dimensions, and taking one suite out leaves up to three
 * boxes. */

#pragma once

#include "dialogue/smtp-survey-answer.h"

G_BEGIN_DECLS

/**
 * SmtpSurveyStage:
 *
 * What a connection is about, in order.
 */
typedef enum
{
  SMTP_SURVEY_STAGE_CLEAR,       /* commands outside TLS */
  SMTP_SURVEY_STAGE_VERSIONS,
  SMTP_SURVEY_STAGE_SUITES,
  SMTP_SURVEY_STAGE_PREFERENCE,  /* whose order counts */
  SMTP_SURVEY_STAGE_GROUPS,
  SMTP_SURVEY_STAGE_SIGNATURES,
  SMTP_SURVEY_STAGE_DONE,
} SmtpSurveyStage;

typedef enum
{
  SMTP_SURVEY_ORDER_UNKNOWN,
  SMTP_SURVEY_ORDER_SERVER,
  SMTP_SURVEY_ORDER_CLIENT,
} SmtpSurveyOrder;

/**
 * SmtpSurveyQuestion:
 * @stage: what it is about
 * @version: the version it offers; %SMTP_TLS_VERSION_DEFAULT in clear
 * @priority: (nullable): what to offer; %NULL in clear
 *
 * One connection to be made.
 */
typedef struct
{
  SmtpSurveyStage  stage;
  SmtpTlsVersion   version;
  char            *priority;
} SmtpSurveyQuestion;

typedef struct _SmtpSurveyPlan SmtpSurveyPlan;

SmtpSurveyPlan           *smtp_survey_plan_new              (SmtpSurveyCatalogue    *catalogue,
                                                             gboolean                with_clear);
void                      smtp_survey_plan_free             (SmtpSurveyPlan         *self);
void                      smtp_survey_plan_set_expected     (SmtpSurveyPlan         *self,
                                                             guint                   n_connections);

const SmtpSurveyQuestion *smtp_survey_plan_next             (SmtpSurveyPlan         *self);
void                      smtp_survey_plan_answer           (SmtpSurveyPlan         *self,
                                                             const SmtpSurveyAnswer *answer,
                                                             SmtpTranscript         *transcript);
void                      smtp_survey_plan_stop             (SmtpSurveyPlan         *self,
                                                             SmtpSurveyReason        reason,
                                                             const char             *detail);

GListModel               *smtp_survey_plan_get_rows         (SmtpSurveyPlan         *self);
const SmtpSurveyQuestion *smtp_survey_plan_get_question     (SmtpSurveyPlan         *self);
guint                     smtp_survey_plan_get_n_done       (SmtpSurveyPlan         *self);
guint                     smtp_survey_plan_get_n_planned    (SmtpSurveyPlan         *self);
gboolean                  smtp_survey_plan_is_done          (SmtpSurveyPlan         *self);
SmtpSurveyReason          smtp_survey_plan_get_stop         (SmtpSurveyPlan         *self);
const char               *smtp_survey_plan_get_stop_detail  (SmtpSurveyPlan         *self);
SmtpSurveyOrder           smtp_survey_plan_get_order        (SmtpSurveyPlan         *self,
                                                             SmtpTlsVersion          version,
                                                             const char            **first);

/* The connections whose steps say more: in clear, the first one with a handshake, the last one. (nullable) */
SmtpTranscript           *smtp_survey_plan_get_clear        (SmtpSurveyPlan         *self);
SmtpTranscript           *smtp_survey_plan_get_secure       (SmtpSurveyPlan         *self);
SmtpTranscript           *smtp_survey_plan_get_last         (SmtpSurveyPlan         *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpSurveyPlan, smtp_survey_plan_free)

G_END_DECLS
